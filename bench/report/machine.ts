import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus, hostname, release, tmpdir, totalmem, type } from 'node:os';
import { promisify } from 'node:util';

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
}

export async function describeMachine(): Promise<Machine> {
  const cpu = cpus()[0]?.model ?? 'unknown processor';
  const kernel = `${type()} ${release()}`;
  const [cores, memoryBytes] = [cpus().length, totalmem()];
  const id = createHash('sha256').update(`${hostname()} ${cpu} ${cores} ${memoryBytes}`).digest('hex');
  return {
    id: id.slice(0, 12),
    kernel,
    cpu,
    cores,
    memoryBytes,
    fileSystem: fileSystemOf(tmpdir()),
    node: process.version,
    commit: await commit(),
  };
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
