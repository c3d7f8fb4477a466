import type { Progress } from '../report/progress.ts';
import { closedLoop } from './closed-loop.ts';
import { type Measured, type Merged, merge, type Worker } from './measured.ts';
import { cpuOf } from './usage.ts';

export interface Load {
  readonly name: string;
  readonly workers: readonly Worker[];
  /** What is done meanwhile, and not measured but for its CPU. */
  readonly beside?: readonly Worker[];
  /** Of the servers. */
  readonly pids: readonly number[];
}

export interface Rounds {
  /** Of each load, in all rounds together. */
  readonly seconds: number;
  /** Before each round. */
  readonly warmUp: number;
  /** Even, so that each is as often the first as the last. */
  readonly rounds: number;
}

/**
 * The loads take turns, so that a machine that gets slower or faster meanwhile does so for all: what is compared has been
 * measured side by side, and there and back, so that none is always the first. A first round is not counted: programs of V8
 * get faster for some seconds. The results are in the order of the loads.
 */
export async function alternate(
  loads: readonly Load[],
  { seconds, warmUp, rounds }: Rounds,
  progress: Progress,
): Promise<Merged[]> {
  const parts = loads.map((): Measured[] => []);
  const there = [...loads.entries()];
  const back = there.toReversed();
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { name, workers, beside = [], pids }] of round % 2 === 0 ? back : there) {
      const which = round === 0 ? 'not counted' : `round ${round} of ${rounds}`;
      progress.show(name, () => `of ${(warmUp + seconds / rounds).toFixed(1)}, ${which}`);
      const time = { seconds: seconds / rounds, warmUp, cpu: () => cpuOf(pids) };
      const measured = await closedLoop(workers, time, beside);
      if (round > 0) parts[index]?.push(measured);
    }
  }
  return parts.map(merge);
}
