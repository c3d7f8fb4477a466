import { type Bounds, withBounds } from '../bounds/bounds.ts';
import { alternate, type Load } from '../load/alternate.ts';
import type { Measured, Worker } from '../load/measured.ts';
import type { Durability, RunningQuorate } from '../load/quorate.ts';
import { runIn } from '../load/run-in.ts';
import { Sums } from '../load/sums.ts';
import type { Report } from '../report/report.ts';
import { type Bench, reportAll, type Settings, withQuorate } from './bench.ts';
import { breakDown } from './traced.ts';

const ROUNDS = 6;

export const latency: Bench = {
  name: 'latency',
  goal: 'what an increment of one client takes, at the holder and at another actor, beside what bounds it',
  seconds: 10,
  async run(settings, report) {
    for (const durability of settings.durabilities) {
      await withBounds(durability, settings, report.progress, (bounds) =>
        withQuorate(settings, { actors: settings.actors, durability }, (running) =>
          measure(durability, bounds, running, settings, report),
        ),
      );
      await breakDown(durability, settings, report);
    }
  },
};

async function measure(
  durability: Durability,
  bounds: Bounds,
  running: RunningQuorate,
  settings: Settings,
  report: Report,
): Promise<void> {
  const { seconds, warmUp } = settings;
  await runIn(durability, running, settings, report.progress);
  const [atHolder, atOther] = await Promise.all([running.connect(0), running.connect(1)]);
  const sums = new Sums();
  // Whoever is asked first holds the counter.
  await sums.add(atHolder, 'one');
  const pids = running.pids;
  const alone = (name: string, worker: Worker, of: readonly number[] = []): Load => ({
    name: `${durability}: ${name}`,
    workers: [worker],
    pids: of,
  });
  const loads = [
    alone(durability === 'disk' ? 'flush of this disk' : 'write without a flush', bounds.flush),
    alone('HTTP round trip, bare Koa', bounds.http),
    alone('link round trip', bounds.link),
    alone('increment at the holder', () => sums.add(atHolder, 'one'), pids),
    alone('increment at another actor', () => sums.add(atOther, 'one'), pids),
  ];
  const measured = await alternate(
    loads,
    { seconds, warmUp: warmUp / ROUNDS, rounds: ROUNDS },
    report.progress,
  );
  reportAll(loads, measured, report, { durability });
  judge(durability, measured, report);
  await sums.verify([atHolder, atOther]);
  report.sums(`latency, durability ${durability}`, sums);
  for (const client of [atHolder, atOther]) client.close();
}

function judge(durability: Durability, measured: readonly Measured[], report: Report): void {
  const [flush = 0, http = 0, link = 0, holder = 0] = measured.map(({ durations }) => durations.at(50));
  const bound = flush + http + link;
  const ratio = `durability ${durability}, p50 at the holder, of flush + HTTP round trip + link round trip`;
  if (durability === 'disk') report.atMost(1.5, ratio, holder / bound);
  else report.figure(ratio, holder / bound, 'x');
}
