import type { RunningPeer } from '../peers/peer.ts';
import type { Progress } from '../report/progress.ts';
import { closedLoop } from './closed-loop.ts';
import { Increments } from './increments.ts';
import { cpuOf } from './usage.ts';

export interface RunIn {
  /** Seconds; 0 leaves it out. */
  readonly runIn: number;
  readonly seed: number;
}

/**
 * What has just been started serves 64 clients for a while, before anything of it is measured: programs that are compiled as they
 * run get faster for as long as that takes. Three actors count 8,000 to 11,000 increments in their first second, 17,000 in the fifth,
 * 21,000 from the fifteenth on; bare Koa servers answer 25,000, and 45,000 from the third on.
 */
export async function runIn(
  name: string,
  running: RunningPeer,
  { runIn: seconds, seed }: RunIn,
  progress: Progress,
): Promise<void> {
  if (seconds === 0) return;
  progress.show(`${name}: running in`, () => `of ${seconds}`);
  const load = await Increments.open({ name, running, clients: 64, counters: 100, seed });
  await closedLoop(load.workers, { seconds, warmUp: 0, cpu: () => cpuOf(running.pids) });
  for (const client of load.clients) await client.close();
}
