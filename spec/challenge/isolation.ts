/** Where the artifact is alone: a root directory with next to nothing in it, and a network of its own. It takes root. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../cluster/processes.ts';
import type { Answer, Question } from './agent.ts';

export type Environment = Readonly<Record<string, string>>;

const execute = promisify(execFile);
const AGENT = fileURLToPath(new URL('agent.ts', import.meta.url));
/** Nobody's; no name of a user is known in there. */
export const UID = 65_534;

export class Network {
  readonly #agent: ChildProcess;

  private constructor(agent: ChildProcess) {
    this.#agent = agent;
  }

  static async open(): Promise<Network> {
    const agent = spawn('unshare', ['--net', process.execPath, AGENT], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const failed = once(agent, 'exit').then(() => Promise.reject(new Error('cannot open a network')));
    await Promise.race([once(agent, 'message'), failed]);
    return new Network(agent);
  }

  get file(): string {
    return `/proc/${this.#agent.pid}/ns/net`;
  }

  /** One question at a time. */
  async ask(method: Question['method'], path: string, body: string | null = null): Promise<Answer> {
    this.#agent.send({ method, path, body } satisfies Question);
    const [answer]: Answer[] = await once(this.#agent, 'message');
    if (answer === undefined) throw new Error('no answer');
    return answer;
  }

  close(): void {
    this.#agent.kill('SIGKILL');
  }
}

/** The artifact as it was started. */
export class Program {
  readonly #child: ChildProcess;
  readonly #network: Network;
  readonly #exited: Promise<unknown>;
  output = '';

  constructor(child: ChildProcess, network: Network) {
    this.#child = child;
    this.#network = network;
    this.#exited = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Waits until it answers. */
  async answers(): Promise<void> {
    await eventually('it answers', async () => {
      if (this.#child.exitCode !== null) throw new Error(this.output);
      return (await this.#network.ask('GET', '/livez')).status === 200 ? true : null;
    });
  }

  /** Its exit code; null if a signal ended it. */
  async ended(): Promise<number | null> {
    await this.#exited;
    return this.#child.exitCode;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended();
  }
}

/** A directory that is / to what runs in it: it holds /tmp, a static busybox as /bin/sh, and what is extracted. */
export class Site {
  readonly #directory: string;
  readonly #networks: Network[] = [];
  readonly #programs: Program[] = [];

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async create(): Promise<Site> {
    const site = new Site(await mkdtemp(join(tmpdir(), 'quorate-challenge-')));
    await chmod(site.path('/'), 0o755);
    await mkdir(site.path('/bin'));
    await copyFile('/bin/busybox', site.path('/bin/sh'));
    await mkdir(site.path('/tmp'));
    await chmod(site.path('/tmp'), 0o1777);
    return site;
  }

  /** As it is called outside. */
  path(within: string): string {
    return join(this.#directory, within);
  }

  /** Over what may be there. */
  async extract(archive: string): Promise<void> {
    await execute('tar', ['-xzf', archive, '-C', this.#directory]);
    await this.give('/challenge', UID);
  }

  async give(path: string, uid: number): Promise<void> {
    await chown(this.path(path), uid, uid);
  }

  async network(): Promise<Network> {
    const network = await Network.open();
    this.#networks.push(network);
    return network;
  }

  spawn(network: Network, command: readonly string[], environment: Environment = {}): Program {
    const chroot = ['chroot', `--userspec=${UID}:${UID}`, '--groups=', this.#directory];
    const child = spawn('nsenter', [`--net=${network.file}`, ...chroot, ...command], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const program = new Program(child, network);
    this.#programs.push(program);
    return program;
  }

  /** Runs to the end. */
  async run(command: readonly string[], environment: Environment = {}): Promise<Program> {
    const program = this.spawn(await this.network(), command, environment);
    await program.ended();
    return program;
  }

  /** The processes that run in it. */
  async processes(): Promise<number[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const roots = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/root`).catch(() => null)));
    return pids.filter((_, index) => roots[index] === this.#directory).map(Number);
  }

  async remove(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.end('SIGKILL')));
    for (const network of this.#networks) network.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Why nothing can be isolated here; null if it can. */
export async function obstacle(): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'it takes root';
  try {
    const site = await Site.create();
    try {
      const shell = await site.run(['/bin/sh', '-c', ':']);
      return (await shell.ended()) === 0 ? null : shell.output;
    } finally {
      await site.remove();
    }
  } catch (error) {
    return String(error);
  }
}
