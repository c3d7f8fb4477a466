import { withBounds } from '../bounds/bounds.ts';
import { bareKoa } from '../bounds/koa.ts';
import { during } from '../during.ts';
import { alternate, type Load } from '../load/alternate.ts';
import { Increments } from '../load/increments.ts';
import { perSecond } from '../load/measured.ts';
import type { RunningQuorate } from '../load/quorate.ts';
import { runIn } from '../load/run-in.ts';
import { previous } from '../report/previous.ts';
import type { Report } from '../report/report.ts';
import { type Bench, reportAll, type Settings, verified, withQuorate } from './bench.ts';
import { compareRatios, NOISE, type Ratio } from './noise.ts';

const CLIENTS = 64;
const ROUNDS = 6;
const RATIO = 'of the bare Koa server';

export class Slower extends Error {
  override readonly name = 'Slower';
}

export const check: Bench = {
  name: 'check',
  goal: `fails if it is slower than the last check of this machine by more than ${NOISE * 100} %`,
  seconds: 24,
  run: (settings, report) =>
    withBounds('disk', ({ http }) =>
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
              name: 'bare Koa, 64 clients',
            });
            const rates = await throughputs(running, koa, settings, report);
            const medians = await latencies(
              running,
              { name: 'bare Koa, one client', workers: [http], pids: [] },
              settings,
              report,
            );
            await Promise.all(koa.clients.map((client) => client.close()));
            judge([...rates, ...medians], report);
          },
        ),
      ),
    ),
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

function judge(ratios: readonly Ratio[], report: Report): void {
  const last = previous(report.lines, report.file, 'check');
  if (last === null)
    report.print('there is no earlier check of this machine: this one is what later ones are compared with');
  const worse = compareRatios(ratios, last ?? []).map((verdict) => {
    report.figure(verdict.ratio.name, verdict.ratio.value, 'x');
    report.print(verdict.text);
    return verdict.isWorse ? [verdict.text] : [];
  });
  if (worse.flat().length > 0) throw new Slower(worse.flat().join('\n'));
}
