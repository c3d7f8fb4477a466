import type { Progress } from '../report/progress.ts';
import { closedLoop } from './closed-loop.ts';
import { type Measured, merge, type Worker } from './measured.ts';
import { cpuOf } from './usage.ts';

export interface Load {
  readonly name: string;
  readonly workers: readonly Worker[];
  /** Of the servers. */
  readonly pids: readonly number[];
}

export interface Rounds {
  /** Of each load, in all rounds together. */
  readonly seconds: number;
  /** Before each round. */
  readonly warmUp: number;
  readonly rounds: number;
}

/**
 * The loads take turns, so that a machine that gets slower or faster meanwhile does so for all: what is compared has been
 * measured side by side. The results are in the order of the loads.
 */
export async function alternate(
  loads: readonly Load[],
  { seconds, warmUp, rounds }: Rounds,
  progress: Progress,
): Promise<Measured[]> {
  const parts = loads.map((): Measured[] => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, { name, workers, pids }] of loads.entries()) {
      progress.show(name, () => `of ${(warmUp + seconds / rounds).toFixed(1)}, round ${round} of ${rounds}`);
      const time = { seconds: seconds / rounds, warmUp, cpu: () => cpuOf(pids) };
      parts[index]?.push(await closedLoop(workers, time));
    }
  }
  return parts.map(merge);
}
