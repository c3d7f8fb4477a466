import test from 'ava';
import { EVICTIONS_A_TURN, MARK_FLUSH_AFTER } from '../../src/limits.ts';
import { Desk } from './desk.ts';
import { accept, chosen, prepare } from './letters.ts';
import { Office } from './office.ts';

const COUNTERS = Array.from({ length: 40 }, (_, i) => `counter-${i}`);

test('with room for one counter, all of them count right, and memory stays bounded', (t) => {
  const office = new Office(['a', 'b', 'c'], { hotCounters: 1 });
  office.connectAll();
  for (const round of [1, 2, 3]) {
    for (const counter of COUNTERS) {
      for (const actor of ['a', 'b', 'c']) office.desk(actor).increment(counter, 1);
      office.quiet();
    }
    office.tick(MARK_FLUSH_AFTER);
    for (const { driver } of office.desks.values()) t.is(driver.countersInMemory, 1, `round ${round}`);
  }
  const desk = office.desk('b');
  for (const counter of COUNTERS) {
    desk.value(counter);
    desk.read(counter);
    office.quiet();
  }
  const values = desk.answers.slice(3 * COUNTERS.length);
  t.is(values.length, 2 * COUNTERS.length);
  t.true(values.every((line) => /: (read \S+ = )?9 \{/.test(line)));
});

test('the coldest goes first', (t) => {
  const desk = new Desk({ hotCounters: 2 });
  const use = (counter: string, ballot: string) => {
    desk.driver.receive('b', [prepare(counter, ballot)]);
    desk.quiet();
  };
  use('x', '1.b');
  use('y', '1.b');
  use('x', '2.b');
  use('z', '1.b');
  t.is(desk.driver.countersInMemory, 2);
  const loads: string[] = [];
  const load = desk.store.load.bind(desk.store);
  desk.store.load = (counter) => {
    loads.push(counter);
    return load(counter);
  };
  use('x', '3.b');
  use('z', '3.b');
  t.deepEqual(loads, []);
  use('y', '3.b');
  t.deepEqual(loads, ['y']);
});

test('what is promised, voted and marked survives eviction', (t) => {
  const desk = new Desk({ hotCounters: 0 });
  desk.driver.receive('b', [accept('hits', '2.b/1', 3)]);
  desk.quiet();
  desk.driver.receive('b', [chosen('hits', '2.b/1')]);
  desk.turn();
  t.is(desk.driver.countersInMemory, 1, 'its mark is not written yet');
  desk.quiet();
  t.is(desk.driver.countersInMemory, 0);
  desk.sent();
  desk.driver.receive('c', [prepare('hits', '1.c')]);
  desk.quiet();
  t.deepEqual(desk.sent(), ['c: hits nack 1.c, promised 2.b']);
  desk.driver.receive('c', [prepare('hits', '3.c')]);
  desk.quiet();
  t.deepEqual(desk.sent(), ['c: hits promise 3.c, vote 2.b/1 = 3 {b#1.1}, mark 2.b/1 = 3 {b#1.1}']);
});

test('with a majority alive, a counter with something under way stays', (t) => {
  const desk = new Desk({ hotCounters: 0 }).connect();
  desk.increment('hits', 5);
  desk.quiet();
  desk.tick(MARK_FLUSH_AFTER);
  t.is(desk.driver.countersInMemory, 1);
});

test('without a majority, who is on record can go, and comes back with its number and amount', (t) => {
  const desk = new Desk({ hotCounters: 0 });
  for (const counter of COUNTERS) desk.increment(counter, 5);
  desk.turn();
  t.is(desk.driver.countersInMemory, COUNTERS.length, 'the records are not durable');
  desk.finish();
  t.is(desk.driver.countersInMemory, 0);
  t.is(desk.answers.length, COUNTERS.length);
  desk.increment('counter-7', 6);
  desk.increment('counter-7', 1);
  desk.quiet();
  const backlog = desk.disk.backlogs.get('counter-7');
  t.is(backlog?.sealed?.amount, 5n);
  t.is(backlog?.open?.amount, 7n);
});

test('a turn looks at a bounded number of counters to evict', (t) => {
  const desk = new Desk({ hotCounters: 0 });
  const many = Array.from({ length: 3 * EVICTIONS_A_TURN }, (_, i) => `counter-${i}`);
  desk.driver.receive(
    'b',
    many.map((counter) => prepare(counter, '1.b')),
  );
  desk.turn();
  desk.finish();
  const left: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    left.push(desk.driver.countersInMemory);
    desk.tick(1);
  }
  t.deepEqual(left, [2 * EVICTIONS_A_TURN, EVICTIONS_A_TURN, 0, 0]);
});

test('an evicted counter wakes for nothing: else it would go on beside the one that was loaded after it', (t) => {
  const former = new Desk();
  former.increment('hits', 5);
  former.quiet();
  const desk = new Desk({ disk: former.disk, hotCounters: 0 });
  desk.driver.linkUp('b', 'disk of b');
  desk.tick(1);
  desk.quiet();
  t.true(desk.sent().includes('b: hits prepare 1.a'));
  desk.driver.linkDown('b');
  desk.quiet();
  t.is(desk.driver.countersInMemory, 0);
  desk.sent();
  desk.driver.linkUp('b', 'disk of b');
  for (let i = 0; i < 100; i += 1) {
    desk.tick(1);
    desk.quiet();
  }
  const frames = desk.sent();
  t.true(frames.some((line) => line.includes('hits prepare 2.a')));
  t.false(frames.some((line) => line.includes('hits prepare 1.a')));
});
