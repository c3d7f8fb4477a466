import type { RunningPeer } from '../peers/peer.ts';
import type { Progress } from '../report/progress.ts';
import type { Load } from './alternate.ts';
import { closedLoop } from './closed-loop.ts';
import { Increments } from './increments.ts';
import { cpuOf } from './usage.ts';

export interface RunIn {
  /** Seconds; 0 leaves it out. */
  readonly runIn: number;
  readonly seed: number;
}

/**
 * What has just been started serves 64 clients for a while, before anything of it is measured: programs that are compiled as
 * they run get faster for as long as that takes.
 */
export async function runIn(
  name: string,
  running: RunningPeer,
  settings: RunIn,
  progress: Progress,
): Promise<void> {
  if (settings.runIn === 0) return;
  const load = await Increments.open({ name, running, clients: 64, counters: 100, seed: settings.seed });
  await serve(load, settings, progress);
  await load.close();
}

/** The same of what does not count increments. */
export async function serve(
  { name, workers, pids }: Load,
  { runIn: seconds }: RunIn,
  progress: Progress,
): Promise<void> {
  if (seconds === 0) return;
  progress.show(`${name}: running in`, () => `of ${seconds}`);
  await closedLoop(workers, { seconds, warmUp: 0, cpu: () => cpuOf(pids) });
}
