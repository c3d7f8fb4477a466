import test from 'ava';
import { REVIVED_AT_ONCE } from '../../src/limits.ts';
import { Desk } from './desk.ts';
import { Office } from './office.ts';

const MANY = Array.from({ length: REVIVED_AT_ONCE + 44 }, (_, i) => `counter-${String(i).padStart(3, '0')}`);

test('counters whose records are gone make room, however busy clients keep them', (t) => {
  const former = new Desk();
  for (const counter of MANY) former.increment(counter, 5);
  former.quiet();
  former.store.kill();
  const office = new Office(['a', 'b', 'c'], {}, { a: former.disk });
  const revived = office.desk('a');
  // c is down, so a read that demands all actors waits.
  office.connect(['a', 'b']);
  for (const counter of MANY.slice(0, REVIVED_AT_ONCE)) revived.read(counter, true);
  for (let i = 0; i < 200; i += 1) {
    office.quiet();
    office.tick(1);
  }
  t.is(revived.disk.backlogs.size, 0);
});
