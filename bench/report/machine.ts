import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname, release, tmpdir, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import { POLICY, statOf } from '../load/usage.ts';

export interface Machine {
  /** The same for every run on this machine, and tells nothing of it. */
  readonly id: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Of the file system that holds the data. */
  readonly fileSystem: string;
  readonly node: string;
  /** With `+` if files differ from it. */
  readonly commit: string;
  /** How the load is scheduled, and what it starts. */
  readonly policy: string;
}

const USUAL = 'SCHED_OTHER';
/** By the numbers that Linux has for them. */
const POLICIES = [
  USUAL,
  'SCHED_FIFO',
  'SCHED_RR',
  'SCHED_BATCH',
  'SCHED_ISO',
  'SCHED_IDLE',
  'SCHED_DEADLINE',
];

export class UnusualScheduling extends Error {
  override readonly name = 'UnusualScheduling';
}

/** Bare Koa servers that are scheduled as a batch answer a quarter more, which no user of theirs sees. */
export function demandUsualScheduling(policy = policyOf(process.pid)): void {
  if (policy === USUAL) return;
  const start = 'start it from a shell that is scheduled as usual, or by `chrt --other 0 npm run bench`';
  throw new UnusualScheduling(`it is scheduled by ${policy}, but has to be by ${USUAL}: ${start}`);
}

export async function describeMachine(): Promise<Machine> {
  const cpu = cpus()[0]?.model ?? 'unknown processor';
  const kernel = `${type()} ${release()}`;
  const [cores, memoryBytes] = [cpus().length, totalmem()];
  const about = [hostname(), machineId(), kernel, cpu, cores, availableParallelism(), memoryBytes];
  const id = createHash('sha256').update(about.join('\n')).digest('hex');
  return {
    id: id.slice(0, 12),
    kernel,
    cpu,
    cores,
    memoryBytes,
    fileSystem: fileSystemOf(tmpdir()),
    node: process.version,
    commit: await commit(),
    policy: policyOf(process.pid),
  };
}

function policyOf(pid: number): string {
  const policy = Number(statOf(pid)[POLICY]);
  return POLICIES[policy] ?? `policy ${policy}`;
}

/** Not every system has one. */
function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim();
  } catch {
    return '';
  }
}

export function inWords({ kernel, cpu, cores, memoryBytes, fileSystem, node, commit }: Machine): string {
  const memory = `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  return `${cores} x ${cpu}, ${memory}, ${fileSystem}, ${kernel}, Node.js ${node}, commit ${commit}`;
}

async function commit(): Promise<string> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: import.meta.dirname })).stdout.trim();
  try {
    const changed = (await git('status', '--porcelain', '--', '../../src', '..')) === '' ? '' : '+';
    return `${(await git('rev-parse', 'HEAD')).slice(0, 12)}${changed}`;
  } catch {
    return 'unknown';
  }
}

/** The type of the mount that is nearest above `path`. */
function fileSystemOf(path: string): string {
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, point = '']) => point === '/' || path === point || path.startsWith(`${point}/`))
      .sort(([, a = ''], [, b = '']) => b.length - a.length);
    return mounts[0]?.[2] ?? 'unknown file system';
  } catch {
    return 'unknown file system';
  }
}
