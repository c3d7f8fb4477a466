import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, open, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../spec/cluster/processes.ts';
import type { Version } from './peer.ts';

const PATIENCE_MS = 60_000;
const LOG_TAIL = 2_000;

export const run = promisify(execFile);

/** What the environment variable names, or the first of that name on PATH or in one of the places. */
export async function findProgram(
  name: string,
  variable: string,
  places: readonly string[] = [],
): Promise<string | null> {
  const named = process.env[variable];
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...places];
  for (const path of named ? [named] : directories.map((directory) => join(directory, name))) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

export const NOT_INSTALLED = { reason: 'it is not installed' };

/** The first thing in its output that looks like a version; too old if it is before `since`, with which came `what`. */
export async function versionOf(
  program: string | null,
  since: string | null = null,
  what = '',
): Promise<Version> {
  if (program === null) return NOT_INSTALLED;
  const { stdout } = await run(program, ['--version']);
  const version = /\d+\.\d+(\.\d+)?/.exec(stdout)?.[0] ?? stdout.trim();
  if (since === null || !isBefore(version, since)) return { version };
  return { reason: `${program} is ${version}: it has to be ${since} or later, which brought ${what}` };
}

function isBefore(version: string, since: string): boolean {
  return version.localeCompare(since, 'en', { numeric: true }) < 0;
}

export interface SpawnOptions {
  readonly uid?: number;
  readonly gid?: number;
}

/** The processes of one peer. */
export class Servers {
  readonly #directory: string;
  readonly #signal: NodeJS.Signals;
  readonly #children: ChildProcess[] = [];
  readonly #logs: string[] = [];
  #isStopped = false;
  readonly #kill = () => {
    for (const child of this.#children) child.kill(this.#signal);
  };

  /** The signal is what ends one at once, with all its children. */
  constructor(directory: string, signal: NodeJS.Signals = 'SIGKILL') {
    this.#directory = directory;
    this.#signal = signal;
    process.once('exit', this.#kill);
  }

  get pids(): number[] {
    return this.#children.flatMap(({ pid }) => pid ?? []);
  }

  /** Logs to a file: reading the log of a busy server is work that a measurement must not contain. */
  async spawn(
    name: string,
    program: string,
    args: readonly string[],
    options: SpawnOptions = {},
  ): Promise<void> {
    if (this.#isStopped) throw new Error('stopped');
    const log = join(this.#directory, `${name}.log`);
    const file = await open(log, 'a');
    const child = spawn(program, args, {
      ...options,
      cwd: this.#directory,
      stdio: ['ignore', file.fd, file.fd],
    });
    this.#children.push(child);
    this.#logs.push(log);
    try {
      await once(child, 'spawn');
    } finally {
      await file.close();
    }
  }

  /** Until the attempt gives something; failures of it count as nothing yet. */
  async until<T>(what: string, attempt: () => Promise<T | null>): Promise<T> {
    try {
      return await eventually(
        what,
        async () => {
          const result = await attempt().catch(() => null);
          if (this.#children.some(isOver)) throw new Error(`a server ended, but ${what} was awaited`);
          return result;
        },
        PATIENCE_MS,
      );
    } catch (error) {
      const logs = await Promise.all(this.#logs.map((log) => readFile(log, 'utf8')));
      throw new Error(logs.map((log) => log.slice(-LOG_TAIL)).join('\n'), { cause: error });
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    process.off('exit', this.#kill);
    const exits = this.#children.filter((child) => !isOver(child)).map((child) => once(child, 'exit'));
    this.#kill();
    await Promise.all(exits);
  }
}

function isOver({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null || pid === undefined;
}

/** Stops what was started if the rest of the start fails. */
export async function startOrStop<T>(servers: Servers, rest: () => Promise<T>): Promise<T> {
  try {
    return await rest();
  } catch (error) {
    await servers.stop();
    throw error;
  }
}
