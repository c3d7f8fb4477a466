import test from 'ava';
import { MIN_HEDGE, MIN_PATIENCE } from '../../src/limits.ts';
import { Desk } from './desk.ts';
import { accepted, promise } from './letters.ts';

/** Ticks until an accept of `x` that nobody answers is sent to all, and until it is sent again. */
function waits(desk: Desk, amount: number): number[] {
  const waited: number[] = [];
  desk.increment('x', amount);
  desk.quiet();
  desk.sent();
  for (let ticks = 1; waited.length < 2 && ticks <= 4 * MIN_PATIENCE; ticks += 1) {
    desk.tick(1);
    desk.quiet();
    if (!desk.sent().some((line) => line.includes('accept '))) continue;
    waited.push(ticks);
    ticks = 0;
  }
  return waited;
}

function elected(desk: Desk, after: number): void {
  desk.increment('x', 1);
  desk.quiet();
  desk.tick(after);
  for (const from of ['b', 'c']) desk.driver.receive(from, [promise('x', '1.a')]);
  desk.quiet();
  desk.driver.receive('b', [accepted('x', '1.a/1')]);
  desk.quiet();
}

test('what batches usually take is what the next answer has time for, several times', (t) => {
  const [quick, slow] = [new Desk().connect(), new Desk().connect()];
  elected(quick, 0);
  elected(slow, 90);
  t.deepEqual([...quick.answers, ...slow.answers], ['1: counted 1, slot 1', '1: counted 1, slot 1']);
  t.deepEqual(waits(quick, 2), [MIN_HEDGE, MIN_PATIENCE]);
  const [hedge = 0, patience = 0] = waits(slow, 2);
  t.true(hedge > MIN_HEDGE && hedge < patience && patience > MIN_PATIENCE, `${hedge}, ${patience}`);
});
