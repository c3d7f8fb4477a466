import { setTimeout as pause } from 'node:timers/promises';
import { withBounds } from '../bounds/bounds.ts';
import { alternate, type Load } from '../load/alternate.ts';
import { perSecond, ratioOf, type Worker } from '../load/measured.ts';
import type { QuorateClient, RunningQuorate } from '../load/quorate.ts';
import { runIn, serve } from '../load/run-in.ts';
import { Sums } from '../load/sums.ts';
import { writtenBy } from '../load/usage.ts';
import type { Report } from '../report/report.ts';
import { type Bench, reportAll, type Settings, withQuorate } from './bench.ts';

const COUNTER = 'read';
const READERS = 64;
const WRITERS = 16;
const ROUNDS = 4;
/** Milliseconds without a write after which an actor has nothing left to tell the others. */
const QUIET_MS = 5_000;

type Operate = (client: QuorateClient) => Promise<unknown>;

/** With the bar on what is left of it under writes. */
const READS: readonly (readonly [name: string, bound: number | null, operate: Operate])[] = [
  ['consistent_value', 0.5, (client) => client.read(COUNTER)],
  ['value', null, (client) => client.value(COUNTER)],
];

export const reads: Bench = {
  name: 'reads',
  goal: 'value and consistent_value, idle and under writes to the same counter',
  seconds: 8,
  run: (settings, report) =>
    withBounds('disk', settings, report.progress, ({ http, link }) =>
      withQuorate(settings, { actors: settings.actors, durability: 'disk' }, async (running) => {
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
  { pids }: RunningQuorate,
  settings: Settings,
  report: Report,
): Promise<void> {
  const { seconds, warmUp } = settings;
  const workersOf = (operate: Operate) => readers.map((client) => () => operate(client));
  const both = workersOf(async (client) => [await client.read(COUNTER), await client.value(COUNTER)]);
  await serve({ name: 'reads', workers: both, pids }, settings, report.progress);
  for (const [name, bound, operate] of READS) {
    const common = { workers: workersOf(operate), pids };
    const idle: Load = { ...common, name: `${name}, ${READERS} clients, idle` };
    const busy: Load = { ...common, name: `${name}, ${READERS} clients, under writes`, beside: writes };
    const rounds = { seconds, warmUp: warmUp / ROUNDS, rounds: ROUNDS };
    const [alone, under] = await alternate([idle, busy], rounds, report.progress);
    if (alone === undefined || under === undefined) return;
    report.measurement(idle.name, alone, { clients: READERS });
    report.measurement(busy.name, under, { clients: READERS, writers: WRITERS });
    report.figure(`writes of ${WRITERS} clients beside ${name}`, under.beside / under.seconds, '/s');
    const what = `${busy.name} of ${WRITERS} clients to the same counter, of idle`;
    const ratio = ratioOf(perSecond, under, alone);
    if (bound === null) report.figure(what, ratio, 'x');
    else report.atLeast(bound, what, ratio);
  }
}
