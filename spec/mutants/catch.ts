import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Mutant } from './mutant.ts';

export interface Caught {
  readonly invariant: string;
  readonly seed: number;
}

/** Simulates `mutant` in a process of its own, seed after seed; null: it survived. */
export async function simulate(
  mutant: Mutant,
  [first, last]: readonly [number, number],
): Promise<Caught | null> {
  const child = new URL('./child.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    child,
    mutant.name,
    String(first),
    String(last),
  ]);
  return JSON.parse(stdout) as Caught | null;
}
