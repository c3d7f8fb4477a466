/** `quorate cluster`: a whole cluster on this machine, one process per actor, for people who want to try it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { actorEndpoint, DEFAULT_PORT, normaliseActor } from './actors.ts';
import { NODE_FLAGS } from './limits.ts';
import type { Actor } from './paxos/ballot.ts';

export interface ClusterOptions {
  readonly actors: number;
  /** Absent: a temporary directory, removed at the end. */
  readonly data?: string;
}

interface Member {
  readonly id: string;
  readonly actor: Actor;
  readonly url: string;
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
}

const HOST = '127.0.0.1';
const START_WITHIN_MS = 15_000;
const POLL_MS = 20;
const ANSWER_WITHIN_MS = 500;
const STATUS_EVERY_MS = 1_000;

/** Runs until it is told to stop by SIGINT or SIGTERM; resolves with the exit code. */
export async function runCluster({ actors: count, data }: ClusterOptions): Promise<number> {
  const stopping = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const directory = data ?? (await mkdtemp(join(tmpdir(), 'quorate-')));
  const members: Member[] = [];
  try {
    const actors = await addresses(count, data);
    for (const [index, actor] of actors.entries())
      members.push(spawnMember(String(index + 1), actor, directory));
    const started = await Promise.race([configure(members, actors), stopping.then(() => false)]);
    if (!started) return 0;
    console.log(introduction(members, data));
    await showStatus(members, stopping);
    return 0;
  } finally {
    await stop(members);
    if (data === undefined) await rm(directory, { recursive: true, force: true });
  }
}

/** The addresses of a cluster are its actors' names, so with kept data they stay the same. */
async function addresses(count: number, data: string | undefined): Promise<Actor[]> {
  if (data === undefined) return freeAddresses(count);
  await mkdir(data, { recursive: true });
  const file = join(data, 'cluster.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) {
    const actors = await freeAddresses(count);
    await writeFile(file, `${JSON.stringify({ actors })}\n`);
    return actors;
  }
  const { z } = await import('zod');
  const { actors } = z.object({ actors: z.array(z.string()) }).parse(JSON.parse(text));
  if (actors.length === count) return actors;
  throw new Error(
    `${file} is of a cluster of ${actors.length} actors, not of ${count}: say --actors ${actors.length}`,
  );
}

/** Ports from 7777 on if they are free, others if not. */
async function freeAddresses(count: number): Promise<Actor[]> {
  const wanted = Array.from({ length: count }, (_, index) => DEFAULT_PORT + index);
  const ports = (await reserve(wanted).catch(() => null)) ?? (await reserve(wanted.map(() => 0)));
  return ports.map((port) => normaliseActor({ host: HOST, port }));
}

async function reserve(ports: readonly number[]): Promise<number[]> {
  const servers: Server[] = [];
  try {
    for (const port of ports) {
      const server = createServer().listen(port, HOST);
      servers.push(server);
      await once(server, 'listening');
    }
    return servers.map((server) => {
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    });
  } finally {
    for (const server of servers) server.close();
  }
}

function spawnMember(id: string, actor: Actor, data: string): Member {
  const { host, port } = actorEndpoint(actor);
  const [, script = ''] = process.argv;
  const flags = ['--listen', `${host}:${port}`, '--data', data, '--log-level', 'warn'];
  // The channel tells the actor if this process is gone, however it ended.
  const child = spawn(process.execPath, [...process.execArgv, ...NODE_FLAGS, script, 'start', id, ...flags], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return { id, actor, url: `http://${host}:${port}`, process: child, ended: once(child, 'exit') };
}

async function configure(members: readonly Member[], actors: readonly Actor[]): Promise<true> {
  const deadline = performance.now() + START_WITHIN_MS;
  await Promise.all(members.map((member) => until(deadline, member, () => isAlive(member))));
  await Promise.all(members.map((member) => tell(member, actors)));
  await Promise.all(members.map((member) => until(deadline, member, () => isReady(member))));
  return true;
}

async function tell({ id, url }: Member, actors: readonly Actor[]): Promise<void> {
  const answer = await fetch(`${url}/config`, { method: 'POST', body: JSON.stringify({ actors }) });
  if (!answer.ok) throw new Error(`actor ${id} refuses the config: ${await answer.text()}`);
}

async function until(deadline: number, member: Member, condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    if (hasEnded(member)) throw new Error(`actor ${member.id} ended while it started; it says why above`);
    if (performance.now() > deadline)
      throw new Error(`actor ${member.id} at ${member.url} does not become ready`);
    await pause(POLL_MS);
  }
}

function hasEnded({ process: { exitCode, signalCode } }: Member): boolean {
  return exitCode !== null || signalCode !== null;
}

function isAlive({ url }: Member): Promise<boolean> {
  return answersOk(`${url}/livez`);
}

function isReady({ url }: Member): Promise<boolean> {
  return answersOk(`${url}/readyz`);
}

async function answersOk(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

function introduction(members: readonly Member[], data: string | undefined): string {
  const [first, second] = [members[0]?.url, members.at(1)?.url ?? members[0]?.url];
  return [
    '',
    `Quorate: ${members.length} ${members.length === 1 ? 'actor' : 'actors'}, ready.`,
    ...members.map(({ id, url, process: { pid } }) => `  actor ${id}  ${url}  (pid ${pid})`),
    data === undefined ? '  The data are temporary; --data DIR keeps them.' : `  The data are in ${data}.`,
    '',
    'Try:',
    `  curl -d 5 ${first}/counter/apples                    # adds 5, answers the value right after`,
    `  curl ${first}/counter/apples/value                   # reads here, may be stale`,
    `  curl ${second}/counter/apples/consistent_value        # reads consistently, from another actor`,
    members.length > 2 ? `  kill -9 ${members.at(-1)?.process.pid}, and all of it still works.` : '',
    '',
    'Ctrl-C stops all of it.',
    '',
  ].join('\n');
}

/** One line, kept up to date on a terminal; elsewhere a line per change. */
async function showStatus(members: readonly Member[], stopping: Promise<unknown>): Promise<void> {
  let stopped = false;
  void stopping.then(() => {
    stopped = true;
  });
  let shown = '';
  while (!stopped) {
    const states = await Promise.all(
      members.map(async (member) => {
        if (hasEnded(member)) return `actor ${member.id} ended`;
        return `actor ${member.id} ${(await isReady(member)) ? 'ready' : 'not ready'}`;
      }),
    );
    const line = states.join(' · ');
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
    else if (line !== shown) console.log(line);
    shown = line;
    await Promise.race([stopping, pause(STATUS_EVERY_MS)]);
  }
  if (process.stdout.isTTY) process.stdout.write('\n');
}

/** In order; at the second Ctrl-C at once. */
async function stop(members: readonly Member[]): Promise<void> {
  const running = members.filter((member) => !hasEnded(member));
  const kill = (signal: 'SIGTERM' | 'SIGKILL') => {
    for (const member of running) member.process.kill(signal);
  };
  process.once('SIGINT', () => kill('SIGKILL'));
  kill('SIGTERM');
  await Promise.all(running.map(({ ended }) => ended));
}
