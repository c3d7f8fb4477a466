import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Actor } from '../../src/paxos/ballot.ts';
import { exchange, type Target } from '../history/load.ts';

/** As which the instances run: nobody. */
export const UID = 65_534;
const PORT = 7777;
const POLL_MS = 10;
/** Milliseconds in which an instance has to do what is waited for; no measurement, only an end to hopeless waiting. */
const PATIENCE_MS = 30_000;

export interface InstanceOptions {
  readonly id: number;
  readonly address: Actor;
  /** The path of its network namespace. */
  readonly namespace: string;
  /** The folder above `challenge`. */
  readonly folder: string;
  readonly logFile: string;
  readonly traceFile: string;
}

export interface Usage {
  readonly rssBytes: number;
  readonly fds: number;
}

/** One instance as the challengers run it: known by what it answers on its port, and by its process. */
export class Instance implements Target {
  readonly id: number;
  readonly actor: Actor;
  readonly url: string;
  readonly logFile: string;
  readonly #options: InstanceOptions;
  readonly #agent = new Agent({ keepAlive: false });
  #child: ChildProcess | null = null;

  constructor(options: InstanceOptions) {
    this.#options = options;
    this.id = options.id;
    this.actor = options.address;
    this.url = `http://${options.address}:${PORT}`;
    this.logFile = options.logFile;
  }

  get isRunning(): boolean {
    return this.#child !== null;
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    this.launch();
    await this.answers();
  }

  /** Every program on the way execs the next: the process that is spawned becomes the service. */
  launch(): void {
    const { id, namespace, folder, traceFile } = this.#options;
    const log = openSync(this.logFile, 'a');
    // It ends with the harness, however that ends.
    const nobody = [`--reuid=${UID}`, `--regid=${UID}`, '--clear-groups', '--pdeathsig=KILL'];
    const command = ['setpriv', ...nobody, './challenge/bin/challenge-executable', String(id)];
    const child = spawn('nsenter', [`--net=${namespace}`, ...command], {
      cwd: folder,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, QUORATE_TRACE: traceFile },
    });
    child.on('error', () => {});
    this.#child = child;
  }

  async answers(): Promise<void> {
    await this.#until('answers', async () => (await this.ask('/counter/any/value')).status !== null);
  }

  async configure(actors: readonly Actor[]): Promise<void> {
    const { status, body } = await exchange(this.#agent, `${this.url}/config`, JSON.stringify({ actors }));
    if (status !== 200) throw new Error(`instance ${this.id} answers ${status} to its config: ${body}`);
  }

  /** A majority of the others can be reached. */
  async serves(): Promise<void> {
    await this.#until('serves', async () => (await this.ask('/counter/any/consistent_value')).status === 200);
  }

  ask(path: string, body: string | null = null) {
    return exchange(this.#agent, `${this.url}${path}`, body);
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async usage(): Promise<Usage | null> {
    const pid = this.#child?.pid;
    try {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(status) ?? [];
      const fds = await readdir(`/proc/${pid}/fd`);
      return { rssBytes: Number(kilobytes) * 1_024, fds: fds.length };
    } catch {
      return null;
    }
  }

  async #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await holds())) {
      const child = this.#child;
      const hasEnded = child === null || child.exitCode !== null || child.signalCode !== null;
      if (hasEnded) throw new Error(`instance ${this.id} has ended; its log is ${this.logFile}`);
      if (performance.now() > deadline)
        throw new Error(`not within ${PATIENCE_MS} ms: instance ${this.id} ${what}`);
      await pause(POLL_MS);
    }
  }
}
