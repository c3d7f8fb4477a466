import { setTimeout as pause } from 'node:timers/promises';
import { withBounds } from '../bounds/bounds.ts';
import { alternate, type Load } from '../load/alternate.ts';
import { closedLoop, meanwhile } from '../load/closed-loop.ts';
import { type Measured, perSecond, type Worker } from '../load/measured.ts';
import type { QuorateClient, RunningQuorate } from '../load/quorate.ts';
import { runIn } from '../load/run-in.ts';
import { Sums } from '../load/sums.ts';
import { cpuOf, writtenBy } from '../load/usage.ts';
import type { Report } from '../report/report.ts';
import { type Bench, reportAll, type Settings, withQuorate } from './bench.ts';

const COUNTER = 'read';
const READERS = 64;
const WRITERS = 16;
const ROUNDS = 4;
/** Milliseconds without a write after which an actor has nothing left to tell the others. */
const QUIET_MS = 5_000;

export const reads: Bench = {
  name: 'reads',
  goal: 'value and consistent_value, idle and under writes to the same counter',
  seconds: 8,
  run: (settings, report) =>
    withBounds('disk', ({ http, link, koa }) =>
      withQuorate(settings, { actors: settings.actors, durability: 'disk' }, async (running) => {
        await runIn('bare Koa', koa, settings, report.progress);
        await runIn('Quorate', running, settings, report.progress);
        const sums = new Sums();
        const writers = await connect(running, WRITERS);
        const readers = await connect(running, READERS);
        const [first] = writers;
        if (first === undefined) throw new RangeError('there are no writers');
        // Whoever is asked first holds the counter.
        await sums.add(first, COUNTER);
        const writes = writers.map((client) => () => sums.add(client, COUNTER));
        await together(readers, writes, running, settings, report);
        await alone({ http, link }, running, settings, report);
        await sums.verify(readers.slice(0, settings.actors));
        report.sums('reads', sums);
        for (const client of [...writers, ...readers]) client.close();
      }),
    ),
};

function connect(running: RunningQuorate, count: number): Promise<QuorateClient[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => running.connect(index)));
}

/** One client, nobody writes. */
async function alone(
  bounds: { readonly http: Worker; readonly link: Worker },
  running: RunningQuorate,
  { seconds, warmUp }: Settings,
  report: Report,
): Promise<void> {
  const [holder, other] = await Promise.all([running.connect(0), running.connect(1)]);
  const { pids } = running;
  const load = (name: string, worker: Worker, of = pids): Load => ({ name, workers: [worker], pids: of });
  const loads = [
    load('HTTP round trip, bare Koa', bounds.http, []),
    load('link round trip', bounds.link, []),
    load('consistent_value at the holder, idle', () => holder.read(COUNTER)),
    load('consistent_value at another actor, idle', () => other.read(COUNTER)),
    load('value, idle', () => other.value(COUNTER)),
  ];
  report.progress.show('waiting until nothing is written any more');
  const before = await quiet(running);
  const measured = await alternate(
    loads,
    { seconds, warmUp: warmUp / ROUNDS, rounds: ROUNDS },
    report.progress,
  );
  const wrote = written(running) - before;
  reportAll(loads, measured, report);
  const [http = 0, link = 0, atHolder = 0, atOther = 0] = measured.map(({ durations }) => durations.at(50));
  const what = 'p50 idle, of HTTP round trip + link round trip';
  report.atMost(1.3, `consistent_value at the holder, ${what}`, atHolder / (http + link));
  report.atMost(1.3, `consistent_value at another actor, ${what}`, atOther / (http + link));
  report.atMost(0, 'bytes that all actors wrote to disk meanwhile', wrote);
  for (const client of [holder, other]) client.close();
}

function written({ pids }: RunningQuorate): number {
  return pids.reduce((sum, pid) => sum + writtenBy(pid), 0);
}

/** What the increments before left to be told and written lazily is done. */
async function quiet(running: RunningQuorate): Promise<number> {
  for (let before = written(running); ; before = written(running)) {
    await pause(QUIET_MS);
    if (written(running) === before) return before;
  }
}

/** Many clients, while nobody and while others write. */
async function together(
  readers: readonly QuorateClient[],
  writes: readonly Worker[],
  running: RunningQuorate,
  settings: Settings,
  report: Report,
): Promise<void> {
  const measure = (name: string, operate: (client: QuorateClient) => Promise<unknown>): Promise<Measured> => {
    report.progress.show(name);
    const workers = readers.map((client) => () => operate(client));
    return closedLoop(workers, { ...settings, cpu: () => cpuOf(running.pids) });
  };
  for (const [name, bound, operate] of [
    ['consistent_value', 0.5, (client: QuorateClient) => client.read(COUNTER)],
    ['value', null, (client: QuorateClient) => client.value(COUNTER)],
  ] as const) {
    const idle = await measure(`${name}, ${READERS} clients, idle`, operate);
    let written = 0;
    const counted = writes.map((write) => async () => {
      await write();
      written += 1;
    });
    const since = performance.now();
    const under = `${name}, ${READERS} clients, under writes`;
    const busy = await meanwhile(counted, () => measure(under, operate));
    const seconds = (performance.now() - since) / 1_000;
    report.measurement(`${name}, ${READERS} clients, idle`, idle, { clients: READERS });
    report.measurement(under, busy, { clients: READERS, writers: WRITERS });
    report.figure(`writes of ${WRITERS} clients beside ${name}`, written / seconds, '/s');
    const ratio = `${under} of ${WRITERS} clients to the same counter, of idle`;
    if (bound === null) report.figure(ratio, perSecond(busy) / perSecond(idle), 'x');
    else report.atLeast(bound, ratio, perSecond(busy) / perSecond(idle));
  }
}
