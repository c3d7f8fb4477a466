import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../../src/limits.ts';
import type { Operation } from '../history/operation.ts';
import { examineTraces } from '../trace/examine.ts';

const LAUNCHER = fileURLToPath(new URL('../../src/quorate.mjs', import.meta.url));
const POLL_MS = 10;
/** Of the time waited so far, until it is asked again: who is asked may need the processor to get there. */
const POLL_SHARE = 0.05;
/** Twenty-one actors on two busy cores take 20 seconds to start. */
const PATIENCE_MS = 60_000;

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('not listening on TCP');
    return address.port;
  });
  for (const server of servers) server.close();
  return ports;
}

/** Asks again until it holds; how long that may take is no measurement, only an end to hopeless waiting. */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T | null>,
  within = PATIENCE_MS,
): Promise<T> {
  const since = performance.now();
  for (;;) {
    const result = await attempt();
    if (result !== null) return result;
    const waited = performance.now() - since;
    if (waited > within) throw new Error(`not within ${within} ms: ${what}`);
    await pause(Math.max(POLL_MS, waited * POLL_SHARE));
  }
}

export interface Response {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** One actor in a process of its own. It ends only what it started. */
export class ActorProcess {
  readonly id: string;
  readonly actor: string;
  readonly url: string;
  readonly #data: string;
  readonly #flags: readonly string[];
  readonly #program: string;
  #child: ChildProcess | null = null;
  #log = '';

  constructor(id: string, port: number, data: string, flags: readonly string[], program = LAUNCHER) {
    this.#program = program;
    this.id = id;
    this.actor = port === 7777 ? '127.0.0.1' : `127.0.0.1:${port}`;
    this.url = `http://127.0.0.1:${port}`;
    this.#data = data;
    this.#flags = ['--listen', `127.0.0.1:${port}`, ...flags];
  }

  /** What it has written to stderr, in all its lives. */
  get log(): string {
    return this.#log;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`actor ${this.id} is not running`);
    return pid;
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    const child = spawn(
      process.execPath,
      [...NODE_FLAGS, this.#program, 'start', this.id, '--data', this.#data, ...this.#flags],
      {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString();
    });
    await this.#until('answers', '/livez');
  }

  /** Waits until it can serve consistent operations. */
  async ready(): Promise<void> {
    await this.#until('is ready', '/readyz');
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  /** Ends it, and returns its exit code; null if the signal ended it. */
  async end(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    this.#child = null;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  }

  async ask(method: 'GET' | 'POST', path: string, body?: string): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, { method, ...(body === undefined ? {} : { body }) });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  async #until(what: string, path: string): Promise<void> {
    await eventually(`actor ${this.id} ${what}\n${this.#log}`, async () => {
      const child = this.#child;
      if (child !== null && child.exitCode !== null) throw new Error(`actor ${this.id} ended\n${this.#log}`);
      return this.ask('GET', path).then(
        ({ status }) => (status === 200 ? true : null),
        () => null,
      );
    });
  }
}

/** Actors on loopback, their data in a temporary directory. */
export class ProcessCluster {
  readonly actors: readonly ActorProcess[];
  readonly directory: string;
  /** Null: there is none, or it tells no longer of all that the actors did. */
  #traces: readonly string[] | null;

  private constructor(actors: readonly ActorProcess[], directory: string, traces: readonly string[] | null) {
    this.actors = actors;
    this.directory = directory;
    this.#traces = traces;
  }

  /** Processes that answer, but have no config yet. */
  static async spawn(size: number, flags: readonly string[] = [], isTraced = false): Promise<ProcessCluster> {
    const directory = await mkdtemp(join(tmpdir(), 'quorate-spec-'));
    const ports = await freePorts(size);
    const traces = isTraced ? ports.map((port) => join(directory, `${port}.ndjson`)) : null;
    const actors = ports.map((port, index) => {
      const trace = traces?.[index];
      const traced = trace === undefined ? [] : ['--trace', trace];
      return new ActorProcess(String(index + 1), port, directory, [...flags, ...traced]);
    });
    const cluster = new ProcessCluster(actors, directory, traces);
    return cluster.#once(() => Promise.all(actors.map((actor) => actor.start())));
  }

  /** A cluster that is ready. */
  static async start(size: number, flags: readonly string[] = [], isTraced = false): Promise<ProcessCluster> {
    const cluster = await ProcessCluster.spawn(size, flags, isTraced);
    return cluster.#once(async () => {
      await Promise.all(cluster.actors.map((actor) => actor.ask('POST', '/config', cluster.config)));
      await Promise.all(cluster.actors.map((actor) => actor.ready()));
    });
  }

  /** This, once `begin` has settled; nothing of it is left if that fails. */
  async #once(begin: () => Promise<unknown>): Promise<this> {
    try {
      await begin();
    } catch (error) {
      await this.dispose();
      throw error;
    }
    return this;
  }

  get config(): string {
    return JSON.stringify({ actors: this.actors.map(({ actor }) => actor) });
  }

  /** What each actor logged. */
  get logs(): string {
    return this.actors.map(({ id, log }) => `actor ${id}:\n${log}`).join('\n');
  }

  /** Where the actor keeps its data. */
  home(actor: ActorProcess): string {
    return join(this.directory, actor.id);
  }

  /** Its disk is gone. */
  async lose(actor: ActorProcess): Promise<void> {
    await rm(this.home(actor), { recursive: true });
    const isNew =
      (await stat(this.#traces?.[this.actors.indexOf(actor)] ?? '').catch(() => null))?.size === 0;
    // The specification knows no lost disks.
    if (!isNew) this.#traces = null;
  }

  /** Ends all actors, and holds what they did against the specification, and what clients were told against that. */
  async examineTraces(operations: readonly Operation[] = []): Promise<string[]> {
    const codes = await Promise.all(this.actors.map((actor) => actor.end('SIGTERM')));
    if (this.#traces === null) return [];
    const violations = examineTraces(
      this.#traces,
      operations,
      codes.some((code) => code === null),
    );
    this.#traces = null;
    return violations;
  }

  async dispose(): Promise<void> {
    for (const actor of this.actors) actor.signal('SIGCONT');
    await Promise.all(this.actors.map((actor) => actor.end('SIGKILL')));
    const violations = this.#traces === null ? [] : examineTraces(this.#traces, [], true);
    await rm(this.directory, { recursive: true, force: true });
    if (violations.length > 0) throw new Error(violations.join('\n'));
  }
}
