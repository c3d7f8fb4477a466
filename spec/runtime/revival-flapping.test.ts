import test from 'ava';
import { REVIVED_AT_ONCE } from '../../src/limits.ts';
import { Desk } from './desk.ts';

const MANY = Array.from({ length: REVIVED_AT_ONCE + 20 }, (_, i) => `counter-${i}`);

test('a majority that was lost while records were sent again: when it is back they are sent again', (t) => {
  const former = new Desk();
  for (const counter of MANY) former.increment(counter, 5);
  former.quiet();
  former.store.kill();
  const desk = new Desk({ disk: former.disk, hotCounters: 0 });
  desk.driver.linkUp('b', 'disk of b');
  desk.tick(5);
  desk.quiet();
  t.is(desk.driver.countersInMemory, REVIVED_AT_ONCE);
  desk.driver.linkDown('b');
  desk.tick(5);
  desk.quiet();
  t.is(desk.driver.countersInMemory, 0, 'evicted: their records can go on from here');
  desk.sent();
  desk.driver.linkUp('b', 'disk of b');
  desk.tick(5);
  desk.quiet();
  t.is(desk.driver.countersInMemory, REVIVED_AT_ONCE, 'brought back');
  t.true(desk.frames.some(({ messages }) => messages.some((each) => each.type === 'counter')));
});
