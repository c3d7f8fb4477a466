import test from 'ava';
import { MIN_PATIENCE } from '../../src/limits.ts';
import { Desk } from './desk.ts';
import { accepted, promise } from './letters.ts';

/** Ticks until an accept of `x` that nobody answers is sent again. */
function waits(desk: Desk, amount: number): number {
  desk.increment('x', amount);
  desk.quiet();
  desk.sent();
  for (let ticks = 1; ; ticks += 1) {
    desk.tick(1);
    desk.quiet();
    if (desk.sent().some((line) => line.includes('accept '))) return ticks;
    if (ticks > 4 * MIN_PATIENCE) return Infinity;
  }
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
  t.is(waits(quick, 2), MIN_PATIENCE);
  t.true(waits(slow, 2) > MIN_PATIENCE);
});
