import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { during, NotStarted } from '../../bench/during.ts';
import { alternate } from '../../bench/load/alternate.ts';
import { closedLoop, meanwhile } from '../../bench/load/closed-loop.ts';
import { Gaps } from '../../bench/load/gaps.ts';
import { Durations } from '../../bench/load/histogram.ts';
import { merge } from '../../bench/load/measured.ts';
import { cpuOf } from '../../bench/load/usage.ts';
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

test('loads take turns, and the first time does not count', async (t) => {
  const turns: { name: string; operations: number }[] = [];
  const load = (name: string) => ({
    name,
    pids: [],
    workers: [
      async () => {
        if (turns.at(-1)?.name !== name) turns.push({ name, operations: 0 });
        await pause(1);
        const turn = turns.at(-1);
        if (turn !== undefined) turn.operations += 1;
      },
    ],
  });
  const rounds = { seconds: 0.06, warmUp: 0, rounds: 3 };
  const measured = await alternate([load('a'), load('b')], rounds, new Progress());
  t.deepEqual(
    turns.map(({ name }) => name),
    ['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b'],
  );
  for (const [index, { seconds, operations }] of measured.entries()) {
    const [, ...counted] = turns.filter((_, turn) => turn % 2 === index);
    const done = counted.reduce((sum, turn) => sum + turn.operations, 0);
    t.true(operations > 0 && operations <= done, `${operations} of ${done} after the first turn`);
    t.true(seconds >= 0.055, 'of three rounds');
  }
});

test('several measurements are added up', (t) => {
  const part = (ms: number) => {
    const durations = new Durations();
    durations.record(ms);
    return { operations: 1, seconds: 2, durations, cpu: { servers: 3, generator: 4 } };
  };
  const { operations, seconds, durations, cpu: used } = merge([part(1), part(9)]);
  t.deepEqual([operations, seconds, used.servers, used.generator], [2, 4, 6, 8]);
  t.true(durations.at(50) < 1.1 && durations.at(100) > 8.9);
});

test('a gap is the longest time between two increments that were counted, also up to now', (t) => {
  const gaps = new Gaps();
  for (const time of [0, 10, 500, 510]) gaps.served('a', time);
  for (const time of [0, 100]) gaps.served('b', time);
  t.deepEqual(gaps.longest(520), [420, 490]);
  gaps.restart();
  gaps.served('a', 530);
  t.deepEqual(gaps.longest(540), [20, 440]);
});

test('CPU of the children of a process is counted with it', (t) => {
  const { servers, generator } = cpuOf([process.pid]);
  t.true(servers > 0 && generator > 0);
  t.true(cpuOf([process.ppid]).servers >= servers);
  t.is(cpuOf([]).servers, 0);
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
