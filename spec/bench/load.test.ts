import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { demandDisk, during, NotStarted } from '../../bench/during.ts';
import { alternate } from '../../bench/load/alternate.ts';
import { closedLoop, meanwhile } from '../../bench/load/closed-loop.ts';
import { Gaps } from '../../bench/load/gaps.ts';
import { Durations } from '../../bench/load/histogram.ts';
import { merge, perSecond, ratioOf } from '../../bench/load/measured.ts';
import { cpuOf, peakRssOf, rssOf, writtenBy } from '../../bench/load/usage.ts';
import { Progress } from '../../bench/report/progress.ts';

const cpu = () => ({ servers: 0, generator: 0 });

test('a closed loop measures what its workers do, but not what they do to warm up', async (t) => {
  let done = 0;
  const work = async () => {
    await pause(5);
    done += 1;
  };
  const { operations, durations, seconds } = await closedLoop([work, work], {
    seconds: 0.2,
    warmUp: 0.1,
    cpu,
  });
  t.true(operations > 0 && operations < done, `${operations} of ${done}`);
  t.true(durations.at(50) >= 4);
  t.true(seconds >= 0.19);
});

test('a worker that fails ends the loop at once, and what runs beside it', async (t) => {
  const failing = () => Promise.reject(new Error('refused'));
  await t.throwsAsync(closedLoop([failing], { seconds: 60, warmUp: 0, cpu }), { message: 'refused' });
  await t.throwsAsync(
    meanwhile([failing], () => pause(60_000, undefined, { ref: false })),
    { message: 'refused' },
  );
});

test('loads take turns, there and back, and the first time does not count', async (t) => {
  const done: string[] = [];
  const load = (name: string) => ({
    name,
    pids: [],
    workers: [
      async () => {
        done.push(name);
        await pause(1);
      },
    ],
  });
  const rounds = { seconds: 0.08, warmUp: 0, rounds: 4 };
  const measured = await alternate([load('a'), load('b')], rounds, new Progress());
  const turns = done.filter((name, index) => name !== done[index - 1]);
  // b a, a b, b a, a b, b a
  t.deepEqual(turns, ['b', 'a', 'b', 'a', 'b', 'a']);
  for (const [index, { seconds, operations, parts }] of measured.entries()) {
    const all = done.filter((name) => name === 'ab'[index]).length;
    t.true(operations > 0 && operations < all, `${operations} of ${all} that the first turn is part of`);
    t.is(parts.length, 4);
    t.true(seconds >= 0.075, 'of four rounds');
  }
});

test('what is done beside a load is counted with its CPU, but not measured', async (t) => {
  const load = {
    name: 'reads',
    pids: [],
    workers: [() => pause(2)],
    beside: [() => pause(1), () => pause(1)],
  };
  const [measured] = await alternate([load], { seconds: 0.1, warmUp: 0.01, rounds: 2 }, new Progress());
  t.true((measured?.beside ?? 0) > (measured?.operations ?? 0));
  t.is(measured?.durations.count, measured?.operations);
});

test('a ratio is that of all rounds, with the lowest and the highest of one', (t) => {
  const part = (operations: number) => ({
    ...{ operations, seconds: 1, beside: 0, durations: new Durations() },
    cpu: { servers: 0, generator: 0 },
  });
  const ratio = ratioOf(perSecond, merge([part(10), part(30)]), merge([part(20), part(20)]));
  t.deepEqual(ratio, { value: 1, spread: [0.5, 1.5] });
});

test('several measurements are added up', (t) => {
  const part = (ms: number) => {
    const durations = new Durations();
    durations.record(ms);
    return { operations: 1, seconds: 2, durations, beside: 5, cpu: { servers: 3, generator: 4 } };
  };
  const { operations, seconds, durations, beside, cpu: used } = merge([part(1), part(9)]);
  t.deepEqual([operations, seconds, beside, used.servers, used.generator], [2, 4, 10, 6, 8]);
  t.true(durations.at(50) < 1.1 && durations.at(100) > 8.9);
});

test('a gap is the longest time between two increments that were counted, and open if it goes on', (t) => {
  const gaps = new Gaps();
  for (const time of [0, 10, 500, 510]) gaps.served('a', time);
  for (const time of [0, 100]) gaps.served('b', time);
  t.deepEqual(gaps.longest(520), [
    { ms: 420, isOpen: true },
    { ms: 490, isOpen: false },
  ]);
  gaps.restart();
  gaps.served('a', 530);
  t.deepEqual(gaps.longest(540), [
    { ms: 20, isOpen: false },
    { ms: 440, isOpen: true },
  ]);
});

test('CPU of the children of a process is counted with it', (t) => {
  const { servers, generator } = cpuOf([process.pid]);
  t.true(servers > 0 && generator > 0);
  t.true(cpuOf([process.ppid]).servers >= servers);
  t.is(cpuOf([]).servers, 0);
});

test('what cannot be read of a process is no 0', (t) => {
  t.true(rssOf(process.pid) > 0 && peakRssOf(process.pid) > 0);
  for (const tell of [rssOf, peakRssOf, writtenBy])
    t.throws(() => tell(0), { message: /^\/proc\/0\/.* cannot be read/ });
});

test('a directory in memory is no disk', (t) => {
  const TMPFS = 0x01021994;
  const EXT4 = 0xef53;
  t.notThrows(() => demandDisk('somewhere', EXT4));
  t.throws(() => demandDisk('somewhere', TMPFS), { message: /^somewhere is in memory.*TMPDIR=/ });
});

test('what was started is stopped once, whatever happens', async (t) => {
  const stopped: number[] = [];
  const use = during(
    Promise.resolve(7),
    (resource) => stopped.push(resource),
    () => Promise.reject(new Error('failed')),
  );
  await t.throwsAsync(use, { message: 'failed' });
  t.deepEqual(stopped, [7]);
  const failing = during(
    Promise.reject(new Error('no')),
    () => stopped.push(8),
    async () => 1,
  );
  await t.throwsAsync(failing, { instanceOf: NotStarted });
  t.deepEqual(stopped, [7]);
});
