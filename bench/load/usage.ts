/** What processes use: those of the servers with all their children, and this one, which makes the load. */
import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds of CPU. */
export interface Cpu {
  readonly servers: number;
  readonly generator: number;
}

/** Clock ticks of /proc are hundredths of a second on every Linux that Node.js runs on. */
const US_PER_TICK = 10_000;
/** Where it is in what `statOf` returns. */
export const POLICY = 38;

export function cpuOf(pids: readonly number[]): Cpu {
  const { user, system } = process.cpuUsage();
  const servers = familyOf(pids).reduce((sum, pid) => sum + cpuTicks(pid) * US_PER_TICK, 0);
  return { servers, generator: user + system };
}

/** Bytes of memory that are resident. */
export function rssOf(pid: number): number {
  return told(pid, 'status', /^VmRSS:\s+(\d+) kB/m) * 1_024;
}

/** The most that there were of them. */
export function peakRssOf(pid: number): number {
  return told(pid, 'status', /^VmHWM:\s+(\d+) kB/m) * 1_024;
}

/** Bytes that a process has had written to disks. */
export function writtenBy(pid: number): number {
  return told(pid, 'io', /^write_bytes: (\d+)/m);
}

/** Nothing would meet every bar: what cannot be read is no 0. */
function told(pid: number, file: string, pattern: RegExp): number {
  const [, value] = pattern.exec(readProc(pid, file)) ?? [];
  if (value !== undefined) return Number(value);
  const wanted = `it needs a process that runs, of the same user, and a kernel that tells ${pattern}`;
  throw new Error(`/proc/${pid}/${file} cannot be read: ${wanted}`);
}

function cpuTicks(pid: number): number {
  const fields = statOf(pid);
  // utime, stime, and of children that have ended cutime and cstime.
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
}

/** From the third on: the second is the program's name, which may hold anything. */
export function statOf(pid: number): string[] {
  const stat = readProc(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Those processes and all that descend from them. */
function familyOf(pids: readonly number[]): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), Number(statOf(Number(name))[1] ?? 0));
  }
  const descends = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pids.includes(pid) || descends(parents.get(pid)));
  return [...parents.keys()].filter(descends);
}

/** Empty if the process has ended, or is not to be looked at. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
