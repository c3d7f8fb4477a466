import { bareKoa } from '../bounds/koa.ts';
import { during } from '../during.ts';
import { alternate } from '../load/alternate.ts';
import { Increments } from '../load/increments.ts';
import { type Measured, perSecond } from '../load/measured.ts';
import { openLoop } from '../load/open-loop.ts';
import type { Durability, RunningQuorate } from '../load/quorate.ts';
import { runIn } from '../load/run-in.ts';
import { cpuOf } from '../load/usage.ts';
import type { RunningPeer } from '../peers/peer.ts';
import type { Report } from '../report/report.ts';
import { type Bench, type Settings, verified, withQuorate } from './bench.ts';

const CLIENTS = [1, 4, 16, 64, 256];
const COUNTERS = [1, 100, 10_000];
/** What the bars are about. */
const MANY = 64;
const SOME = 100;
const KOA = 'three bare Koa servers';
const ROUNDS = 2;

export const throughput: Bench = {
  name: 'throughput',
  goal: 'increments a second: clients 1 to 256, counters 1, 100 and 10,000, spread over the actors',
  seconds: 6,
  async run(settings, report) {
    await during(
      bareKoa(3).start(''),
      (servers) => servers.stop(),
      async (servers) => {
        await runIn(KOA, servers, settings, report.progress);
        for (const durability of settings.durabilities) {
          await withQuorate(settings, { actors: settings.actors, durability }, (running) =>
            matrix(durability, { servers, running }, settings, report),
          );
        }
      },
    );
  },
};

interface Both {
  readonly servers: RunningPeer;
  readonly running: RunningQuorate;
}

async function matrix(durability: Durability, both: Both, settings: Settings, report: Report): Promise<void> {
  await runIn(durability, both.running, settings, report.progress);
  const rates = new Map<string, number>();
  for (const clients of settings.isBrief ? [MANY] : CLIENTS) {
    for (const [name, measured] of await column(durability, both, clients, settings, report)) {
      rates.set(`${name} ${clients}`, perSecond(measured));
    }
  }
  const rate = (name: string) => rates.get(name) ?? Number.NaN;
  judge(durability, rate, settings, report);
  const half = Math.round(rate(`${durability}, ${SOME} counters ${MANY}`) / 2);
  await atConstantRate(durability, both.running, half, settings, report);
}

/** What clients see that come on their own account, at half of what the cluster can do. */
async function atConstantRate(
  durability: Durability,
  running: RunningQuorate,
  rate: number,
  settings: Settings,
  report: Report,
): Promise<void> {
  const name = `${durability}, ${SOME} counters, constantly ${rate.toLocaleString('en')}/s`;
  const load = await Increments.open({ ...settings, name, running, clients: MANY, counters: SOME });
  report.progress.show(name);
  const measured = await openLoop(load.workers, { ...settings, rate, cpu: () => cpuOf(running.pids) });
  report.measurement(name, measured, { rate, counters: SOME, durability });
  report.figure(`${name}: sent late by the load itself, p99`, measured.lateness.at(99), 'ms', { durability });
  await verified(load, report);
}

/** All that one number of clients does, side by side. */
async function column(
  durability: Durability,
  { servers, running }: Both,
  clients: number,
  { seconds, warmUp, seed, isBrief }: Settings,
  report: Report,
): Promise<Map<string, Measured>> {
  const koa = await Increments.open({ name: KOA, running: servers, clients, counters: SOME, seed });
  const loads: Increments[] = [];
  for (const counters of isBrief ? [SOME] : COUNTERS) {
    const name = `${durability}, ${counters} counters`;
    report.progress.show(`${name}: each written once`);
    loads.push(await Increments.open({ name, running, clients, counters, seed }));
  }
  const all = [koa, ...loads];
  const measured = await alternate(all, { seconds, warmUp, rounds: ROUNDS }, report.progress);
  for (const [index, one] of measured.entries()) {
    const { name, counters } = all[index] ?? koa;
    const series = { series: name, clients, counters: counters.length, durability };
    report.measurement(`${name}, ${clients} clients`, one, series);
  }
  await Promise.all(koa.clients.map((client) => client.close()));
  for (const load of loads) await verified(load, report);
  return new Map(measured.map((one, index) => [all[index]?.name ?? '', one]));
}

function judge(
  durability: Durability,
  rate: (name: string) => number,
  { isBrief }: Settings,
  report: Report,
): void {
  const some = `${durability}, ${SOME} counters`;
  const ofKoa = rate(`${some} ${MANY}`) / rate(`${KOA} ${MANY}`);
  const name = `${some}, ${MANY} clients, of ${KOA}`;
  if (durability === 'disk') report.atLeast(0.6, name, ofKoa);
  else report.figure(name, ofKoa, 'x');
  if (isBrief) return;
  report.atLeast(
    0.95,
    `${some}, 256 clients, of ${MANY} clients`,
    rate(`${some} 256`) / rate(`${some} ${MANY}`),
  );
}
