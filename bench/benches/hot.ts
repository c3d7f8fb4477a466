import { alternate } from '../load/alternate.ts';
import { Increments } from '../load/increments.ts';
import { perSecond, ratioOf } from '../load/measured.ts';
import { runIn } from '../load/run-in.ts';
import { type Bench, reportAll, verified, withQuorate } from './bench.ts';

const CLIENTS = 64;
const ROUNDS = 4;

export const hot: Bench = {
  name: 'hot',
  goal: `increments a second of one counter, ${CLIENTS} clients at all actors, beside those of 100 counters`,
  seconds: 12,
  async run(settings, report) {
    for (const durability of settings.durabilities) {
      await withQuorate(settings, { actors: settings.actors, durability }, async (running) => {
        await runIn(durability, running, settings, report.progress);
        const load = (name: string, counters: number) =>
          Increments.open({
            ...settings,
            running,
            clients: CLIENTS,
            counters,
            name: `${durability}, ${name}`,
          });
        const loads = [await load('one counter', 1), await load('100 counters', 100)];
        const measured = await alternate(loads, { ...settings, rounds: ROUNDS }, report.progress);
        reportAll(loads, measured, report, { clients: CLIENTS, durability });
        const [one, many] = measured;
        if (one === undefined || many === undefined) return;
        report.atLeast(0.9, `${durability}, one counter, of 100 counters`, ratioOf(perSecond, one, many));
        for (const each of loads) await verified(each, report);
      });
    }
  },
};
