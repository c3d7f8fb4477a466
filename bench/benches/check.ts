import { withHttp } from '../bounds/bounds.ts';
import { bareKoa } from '../bounds/koa.ts';
import { during } from '../during.ts';
import { alternate, type Load } from '../load/alternate.ts';
import { Increments } from '../load/increments.ts';
import { perSecond } from '../load/measured.ts';
import type { RunningQuorate } from '../load/quorate.ts';
import { runIn } from '../load/run-in.ts';
import type { Line } from '../report/line.ts';
import { previous, timeOf } from '../report/previous.ts';
import type { Report } from '../report/report.ts';
import { type Bench, reportAll, type Settings, verified, withQuorate } from './bench.ts';
import { compareRatios, NOISE, noteOf, type Ratio } from './noise.ts';

const CLIENTS = 64;
const ROUNDS = 6;
const KOA = `bare Koa, ${CLIENTS} clients`;
const RATIO = 'of the bare Koa server';

export class Slower extends Error {
  override readonly name = 'Slower';
}

export const check: Bench = {
  name: 'check',
  goal: `fails if it is slower than the last check of this machine that passed by more than ${NOISE * 100} %`,
  seconds: 24,
  async run(settings, report) {
    const ratios = await withHttp(settings, report.progress, (http) =>
      withQuorate(settings, { actors: settings.actors, durability: 'disk' }, (running) =>
        during(
          bareKoa(settings.actors).start(''),
          (servers) => servers.stop(),
          async (servers) => {
            await runIn('bare Koa', servers, settings, report.progress);
            await runIn('Quorate', running, settings, report.progress);
            const many = { clients: CLIENTS, seed: settings.seed };
            const koa = await Increments.open({
              ...many,
              running: servers,
              counters: 100,
              name: KOA,
            });
            const rates = await throughputs(running, koa, settings, report);
            const medians = await latencies(
              running,
              { name: 'bare Koa, one client', workers: [http], pids: [] },
              settings,
              report,
            );
            await koa.close();
            return [...rates, ...medians];
          },
        ),
      ),
    );
    judge(ratios, report);
  },
};

/** Requests a second, of those of the bare servers. */
async function throughputs(
  running: RunningQuorate,
  koa: Increments,
  settings: Settings,
  report: Report,
): Promise<Ratio[]> {
  const open = (name: string, counters: number) =>
    Increments.open({ ...settings, running, clients: CLIENTS, counters, name });
  const loads = [await open('increments, 100 counters', 100), await open('increments, one counter', 1)];
  const all = [koa, ...loads];
  const measured = await alternate(all, { ...settings, rounds: ROUNDS }, report.progress);
  reportAll(all, measured, report, { clients: CLIENTS });
  const [bare = Number.NaN, ...rates] = measured.map(perSecond);
  for (const load of loads) await verified(load, report);
  return rates.map((rate, index) => ({
    name: `${loads[index]?.name}, /s ${RATIO}`,
    value: rate / bare,
    better: 'higher',
  }));
}

/** Medians of one client, of that of the bare server. */
async function latencies(
  running: RunningQuorate,
  koa: Load,
  settings: Settings,
  report: Report,
): Promise<Ratio[]> {
  const name = 'increment, one client';
  const load = await Increments.open({ ...settings, running, clients: 1, counters: 1, name });
  const [client] = load.clients;
  const [counter = ''] = load.counters;
  const read: Load = {
    name: 'consistent_value, one client',
    workers: [async () => client?.read(counter)],
    pids: running.pids,
  };
  const all = [koa, load, read];
  const measured = await alternate(
    all,
    { ...settings, seconds: settings.seconds / 2, rounds: ROUNDS },
    report.progress,
  );
  reportAll(all, measured, report, { clients: 1 });
  const [bare = Number.NaN, ...medians] = measured.map(({ durations }) => durations.at(50));
  await verified(load, report);
  return medians.map((median, index) => ({
    name: `${[load, read][index]?.name}, p50 ${RATIO}`,
    value: median / bare,
    better: 'lower',
  }));
}

/** `Slower` is thrown when it is in the results: what comes after is not compared with this run. */
export function judge(ratios: readonly Ratio[], report: Report): void {
  const { lines } = report;
  const last = previous(lines, report.file, 'check');
  const verdicts = compareRatios(ratios, last ?? []);
  for (const { ratio } of verdicts) report.figure(ratio.name, ratio.value, 'x');
  const worse = verdicts.filter(({ isWorse }) => isWorse).map(({ text }) => text);
  const notes = last === null ? [] : noteOf(KOA, rateOf(lines, KOA), rateOf(last, KOA));
  const reasons = [...verdicts.map(({ text }) => text), ...notes];
  report.verdict(worse.length === 0, last === null ? null : timeOf(last), reasons);
  if (worse.length > 0) throw new Slower(worse.join('\n'));
}

function rateOf(lines: readonly Line[], name: string): number {
  const measured = lines.find((line) => line.type === 'measurement' && line.name === name);
  return measured?.type === 'measurement' ? measured.perSecond : Number.NaN;
}
