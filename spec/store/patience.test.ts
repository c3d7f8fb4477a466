/** By a clock that moves by hand. */
import { mock } from 'node:test';
import test from 'ava';
import { Patience } from '../../src/store/patience.ts';

mock.timers.enable({ apis: ['setInterval'] });
test.after.always(() => mock.timers.reset());

const never = new Promise<never>(() => {});
const patienceOf = (milliseconds: number) => new Patience(milliseconds, () => new Error('too late'));

/** What has become of it by now: `waits`, or why it failed. */
const stateOf = (work: Promise<unknown>) =>
  Promise.race([
    work.catch((error: Error) => error.message),
    new Promise((resolve) => setImmediate(() => resolve('waits'))),
  ]);

test.serial('work that ends in time is what it comes to', async (t) => {
  const patience = patienceOf(100);
  t.is(await patience.within(Promise.resolve(7)), 7);
  await t.throwsAsync(patience.within(Promise.reject(new Error('no'))), { message: 'no' });
  mock.timers.tick(1_000);
});

test.serial('work that never ends is late, each in its own time', async (t) => {
  const patience = patienceOf(100);
  const first = patience.within(never);
  mock.timers.tick(50);
  const second = patience.within(never);
  mock.timers.tick(50);
  t.deepEqual([await stateOf(first), await stateOf(second)], ['waits', 'waits']);
  mock.timers.tick(10);
  t.deepEqual([await stateOf(first), await stateOf(second)], ['too late', 'waits']);
  mock.timers.tick(40);
  t.is(await stateOf(second), 'waits');
  mock.timers.tick(10);
  t.is(await stateOf(second), 'too late');
});

test.serial('nothing is late any more when it has ended', async (t) => {
  const patience = patienceOf(100);
  const work = patience.within(never);
  patience.end();
  mock.timers.tick(1_000);
  t.is(await stateOf(work), 'waits');
});
