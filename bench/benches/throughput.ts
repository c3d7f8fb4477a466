import { bareKoa } from '../bounds/koa.ts';
import { during } from '../during.ts';
import { alternate } from '../load/alternate.ts';
import { Increments } from '../load/increments.ts';
import { type Compared, type Merged, perSecond, ratioOf } from '../load/measured.ts';
import { openLoop } from '../load/open-loop.ts';
import type { Durability, RunningQuorate } from '../load/quorate.ts';
import { runIn } from '../load/run-in.ts';
import { cpuOf } from '../load/usage.ts';
import type { RunningPeer } from '../peers/peer.ts';
import type { Params } from '../report/line.ts';
import type { Report } from '../report/report.ts';
import { type Bench, type Settings, verified, withQuorate } from './bench.ts';

const COUNTERS = [1, 100, 10_000];
const FEWER = [1, 4, 16];
/** What the bars are about. */
const MANY = 64;
const MORE = 256;
const SOME = 100;
const ROUNDS = 4;

export const throughput: Bench = {
  name: 'throughput',
  goal: 'increments a second: clients 1 to 256, counters 1, 100 and 10,000, spread over the actors',
  seconds: 6,
  async run(settings, report) {
    await during(
      bareKoa(settings.actors).start(''),
      (servers) => servers.stop(),
      async (servers) => {
        await runIn(koaName(settings), servers, settings, report.progress);
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
  for (const clients of settings.isBrief ? [] : FEWER)
    await side(durability, both, [clients], settings, report);
  const measured = await side(durability, both, [MANY, MORE], settings, report);
  const some = `${durability}, ${SOME} counters`;
  const of = (name: string) => {
    const one = measured.get(name);
    if (one === undefined) throw new RangeError(`${name} was not measured`);
    return one;
  };
  const many = of(`${some}, ${MANY} clients`);
  const koa = of(`${besideKoa(durability, settings)}, ${MANY} clients`);
  judge(
    `${some}, ${MANY} clients, of ${koaName(settings)}`,
    durability,
    ratioOf(perSecond, many, koa),
    report,
  );
  const more = of(`${some}, ${MORE} clients`);
  report.atLeast(0.95, `${some}, ${MORE} clients, of ${MANY} clients`, ratioOf(perSecond, more, many));
  await atConstantRate(durability, both.running, Math.round(perSecond(many) / 2), settings, report);
}

function judge(name: string, durability: Durability, ratio: Compared, report: Report): void {
  if (durability === 'disk') report.atLeast(0.6, name, ratio);
  else report.figure(name, ratio, 'x');
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
  report.figure(`${name}: late in the load itself, p99`, measured.lateness.at(99), 'ms', { durability });
  await verified(load, report);
}

/** All that these numbers of clients do, side by side. */
async function side(
  durability: Durability,
  { servers, running }: Both,
  numbers: readonly number[],
  settings: Settings,
  report: Report,
): Promise<Map<string, Merged>> {
  const { seconds, warmUp, seed, isBrief } = settings;
  const loads: { readonly load: Increments; readonly params: Params }[] = [];
  const open = async (series: string, on: RunningPeer, clients: number, counters: number) => {
    const name = `${series}, ${clients} clients`;
    report.progress.show(`${name}: each written once`);
    const load = await Increments.open({ name, running: on, clients, counters, seed });
    loads.push({ load, params: { series, clients, counters, durability } });
  };
  for (const clients of numbers) {
    await open(besideKoa(durability, settings), servers, clients, SOME);
    for (const counters of isBrief ? [SOME] : COUNTERS) {
      await open(`${durability}, ${counters} counters`, running, clients, counters);
    }
  }
  const all = loads.map(({ load }) => load);
  const measured = await alternate(all, { seconds, warmUp, rounds: ROUNDS }, report.progress);
  for (const [index, one] of measured.entries()) {
    report.measurement(all[index]?.name ?? '', one, loads[index]?.params);
  }
  for (const load of all) await verified(load, report);
  return new Map(measured.map((one, index) => [all[index]?.name ?? '', one]));
}

function koaName({ actors }: Settings): string {
  return bareKoa(actors).name;
}

/** They are measured anew beside each durability. */
function besideKoa(durability: Durability, settings: Settings): string {
  return `${koaName(settings)} beside ${durability}`;
}
