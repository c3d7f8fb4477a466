import { SeededRandom } from '../../spec/history/random.ts';
import { Increments } from '../load/increments.ts';
import type { OpenMeasured } from '../load/open-loop.ts';
import { openLoop } from '../load/open-loop.ts';
import type { RunningQuorate } from '../load/quorate.ts';
import { cpuOf, rssOf } from '../load/usage.ts';
import type { Report } from '../report/report.ts';
import { type Bench, type Settings, verified, withQuorate } from './bench.ts';
import { diskOf } from './scale.ts';

const CLIENTS = 64;
const COUNTERS = 10_000;
/** One of so many is a read, the others are increments. */
const OPERATIONS_A_READ = 10;
/** Parts that a soak is told in, and what each takes at least. */
const PARTS = 240;
const PART_SECONDS = 5;
const MB = 1e6;

export const soak: Bench = {
  name: 'soak',
  goal: 'memory, disk and latency over hours, at a constant rate',
  seconds: 4 * 3_600,
  run: (settings, report) =>
    withQuorate(settings, { actors: settings.actors, durability: 'disk' }, async (running) => {
      report.progress.show(`${COUNTERS} counters, each written once`);
      const name = `${settings.rate}/s, ${CLIENTS} clients, ${COUNTERS} counters`;
      const options = { ...settings, running, clients: CLIENTS, counters: COUNTERS };
      const load = await Increments.open({ ...options, name });
      await last(load, running, settings, report);
      await verified(load, report);
    }),
};

async function last(
  load: Increments,
  running: RunningQuorate,
  { seconds, warmUp, seed, rate }: Settings,
  report: Report,
): Promise<void> {
  const random = new SeededRandom(seed);
  const workers = load.workers.map((increment, index) => () => {
    const client = load.clients[index];
    if (client === undefined || random.below(OPERATIONS_A_READ) > 0) return increment();
    return client.read(random.pick(load.counters));
  });
  const part = Math.max(PART_SECONDS, seconds / PARTS);
  const since = performance.now();
  for (let isFirst = true; isFirst || performance.now() - since < seconds * 1_000; isFirst = false) {
    const at = Math.round((performance.now() - since) / 1_000);
    report.progress.show(load.name, () => `, ${at} of ${seconds} s done`);
    const time = { seconds: part, warmUp: isFirst ? warmUp : 0, rate, cpu: () => cpuOf(running.pids) };
    tell(await openLoop(workers, time), at, load.name, running, report);
  }
}

function tell(
  measured: OpenMeasured,
  at: number,
  name: string,
  running: RunningQuorate,
  report: Report,
): void {
  report.measurement(`${name}, after ${at} s`, measured, { at });
  const largest = (values: readonly number[]) => Math.max(...values) / MB;
  const homes = running.cluster.actors.map((actor) => running.cluster.home(actor));
  report.figure('memory of the largest actor', largest(running.pids.map(rssOf)), 'MB', { at });
  report.figure('disk of the largest actor', largest(homes.map(diskOf)), 'MB', { at });
  report.figure('late in the load itself, p99', measured.lateness.at(99), 'ms', { at });
}
