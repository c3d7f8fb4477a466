import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bareKoa } from '../bounds/koa.ts';
import { during } from '../during.ts';
import { alternate } from '../load/alternate.ts';
import { Increments } from '../load/increments.ts';
import { perSecond, ratioOf } from '../load/measured.ts';
import type { RunningQuorate } from '../load/quorate.ts';
import { runIn } from '../load/run-in.ts';
import { peakRssOf, rssOf } from '../load/usage.ts';
import type { Report } from '../report/report.ts';
import { type Bench, ifItStarts, reportAll, type Settings, verified, withQuorate } from './bench.ts';

const ACTORS = [3, 5, 7, 11, 21];
const COUNTERS = [10, 1_000, 100_000, 1_000_000];
const CLIENTS = 64;
const SOME = 100;
const ROUNDS = 4;
/** Counters from which on the bars hold. */
const MILLION = 1_000_000;
/** Bytes in a block of `stat`. */
const BLOCK = 512;
const MB = 1e6;

export const scale: Bench = {
  name: 'scale',
  goal: '3 to 21 actors; 10 to 1,000,000 counters written once: memory, disk, restart',
  seconds: 6,
  async run(settings, report) {
    for (const actors of settings.isBrief ? [3, 21] : ACTORS) {
      await ifItStarts(`${actors} actors`, report, () => ofActors(actors, settings, report));
    }
    const { limit } = settings;
    const counts = settings.isBrief ? [MILLION] : COUNTERS;
    for (const counters of counts.filter((count) => count <= limit))
      await ofCounters(counters, settings, report);
  },
};

/** What more actors cost: a majority votes on every increment, and the others learn of it. */
async function ofActors(actors: number, settings: Settings, report: Report): Promise<void> {
  report.progress.show(`starting ${actors} actors`);
  await during(
    bareKoa(actors).start(''),
    (servers) => servers.stop(),
    (servers) =>
      withQuorate(settings, { actors, durability: 'disk' }, async (running) => {
        const names = [`${actors} bare Koa servers`, `${actors} actors`] as const;
        await runIn(names[0], servers, settings, report.progress);
        await runIn(names[1], running, settings, report.progress);
        const common = { clients: CLIENTS, counters: SOME, seed: settings.seed };
        const koa = await Increments.open({
          ...common,
          running: servers,
          name: names[0],
        });
        const load = await Increments.open({ ...common, running, name: names[1] });
        const rounds = { ...settings, rounds: ROUNDS };
        const measured = await alternate([koa, load], rounds, report.progress);
        reportAll([koa, load], measured, report, { actors, clients: CLIENTS, counters: SOME });
        const [ofKoa, own] = measured;
        if (ofKoa === undefined || own === undefined) return;
        const ratio = ratioOf(perSecond, own, ofKoa);
        report.figure(`${actors} actors, of ${actors} bare Koa servers`, ratio, 'x', { actors });
        const each = own.cpu.servers / own.operations / actors;
        report.figure(`${actors} actors: CPU of each an increment`, each, 'µs', { actors });
        for (const each of [koa, load]) await verified(each, report);
      }),
  );
}

async function ofCounters(counters: number, settings: Settings, report: Report): Promise<void> {
  const { actors, seed } = settings;
  await withQuorate(settings, { actors, durability: 'disk' }, async (running) => {
    const name = `${counters.toLocaleString('en')} counters`;
    const opening = Increments.open({ name, running, clients: CLIENTS, counters, seed });
    const since = performance.now();
    report.progress.show(`${name}: each written once`);
    const load = await opening;
    const params = { counters };
    report.figure(
      `${name}: first increments`,
      (counters * 1_000) / (performance.now() - since),
      '/s',
      params,
    );
    const largest = (of: (pid: number) => number) => Math.max(...running.pids.map(of)) / MB;
    const afterWrites = largest(rssOf);
    await verified(load, report);
    const memory = Math.max(afterWrites, largest(rssOf));
    const tell = (what: string, value: number, unit: string) =>
      report.figure(`${name}: ${what}`, value, unit, { ...params, series: what });
    tell('memory of the largest actor, peak', largest(peakRssOf), 'MB');
    const disk = Math.max(...running.cluster.actors.map((actor) => diskOf(running.cluster.home(actor))));
    const seconds = await restart(running);
    const bar = (limit: number, what: string, value: number, unit: string) => {
      tell(what, value, unit);
      if (counters === MILLION) report.atMost(limit, `${name}: ${what}, ${unit}`, value);
    };
    bar(400, 'memory of the largest actor, after the writes or the reads', memory, 'MB');
    bar(1_000, 'disk of the largest actor a counter', disk / counters, 'bytes');
    bar(3, 'restart of an actor until it is ready', seconds, 's');
  });
}

/** Killed, so that it has everything to do that a start may have to. */
async function restart(running: RunningQuorate): Promise<number> {
  const actor = running.actor(0);
  await actor.end('SIGKILL');
  const since = performance.now();
  await actor.start();
  await actor.ready();
  return (performance.now() - since) / 1_000;
}

export function diskOf(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return files.reduce((sum, file) => sum + statSync(join(directory, file)).blocks * BLOCK, 0);
}
