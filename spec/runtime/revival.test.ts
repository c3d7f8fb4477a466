import test from 'ava';
import { MARK_FLUSH_AFTER, MAX_PATIENCE, REVIVED_AT_ONCE } from '../../src/limits.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import type { MemoryDisk } from '../../src/store/memory-store.ts';
import { Desk } from './desk.ts';
import { Office } from './office.ts';

const MANY = Array.from({ length: REVIVED_AT_ONCE + 20 }, (_, i) => `counter-${i}`);

/** The disk of an actor that was alone, and has answered 202 once for each counter. */
function diskWithRecords(counters: readonly string[]): MemoryDisk {
  const desk = new Desk();
  for (const counter of counters) desk.increment(counter, 5);
  desk.quiet();
  desk.store.kill();
  return desk.disk;
}

const submitted = (desk: Desk) =>
  desk.frames.flatMap(({ messages }) =>
    messages.filter((each) => each.type === 'counter' && each.message.type === 'prepare'),
  );

test('at the start of a life, what is on record is sent again as soon as a majority is alive', (t) => {
  const desk = new Desk({ disk: diskWithRecords(['x', 'y']) });
  desk.tick(MARK_FLUSH_AFTER);
  desk.quiet();
  t.deepEqual(submitted(desk), []);
  t.is(desk.driver.countersInMemory, 0);
  desk.driver.linkUp('b', 'disk of b');
  desk.tick(1);
  desk.quiet();
  t.is(submitted(desk).length, 4, 'to b and to c, for each counter');
});

test('a counter with records that a client comes for is sent again at once', (t) => {
  const desk = new Desk({ disk: diskWithRecords(['x', 'y']) });
  desk.driver.linkUp('b', 'disk of b');
  desk.read('y');
  desk.turn();
  desk.finish();
  t.deepEqual(
    submitted(desk).map((message) => message.type === 'counter' && message.counter),
    ['y', 'y'],
  );
});

test('an actor that is a majority by itself needs no link for it', (t) => {
  const desk = new Desk({ disk: diskWithRecords(['x']), actors: ['a'] });
  t.is(desk.disk.backlogs.size, 1);
  desk.tick(1);
  desk.quiet();
  t.is(desk.disk.counters.get('x')?.register.vote?.state.total, 5n);
  desk.tick(MARK_FLUSH_AFTER);
  desk.quiet();
  t.is(desk.disk.backlogs.size, 0);
});

test('only so many counters are brought back at once; the next when those are counted', (t) => {
  const desk = new Desk({ disk: diskWithRecords(MANY) });
  desk.driver.linkUp('b', 'disk of b');
  desk.tick(5);
  desk.quiet();
  t.is(desk.driver.countersInMemory, REVIVED_AT_ONCE);
});

test('all of them are counted, once, under their own numbers, and then nothing is on record', (t) => {
  const office = new Office(['a', 'b', 'c'], { hotCounters: 10 }, { a: diskWithRecords(MANY) });
  office.connectAll();
  office.tick(2 * MARK_FLUSH_AFTER);
  t.is(office.desk('a').disk.backlogs.size, 0);
  for (const counter of MANY) office.desk('c').read(counter);
  office.quiet();
  t.is(office.desk('c').answers.length, MANY.length);
  t.true(office.desk('c').answers.every((line) => /= 5 \{a#1\.\d+\}$/.test(line)));
});

test('what came to be on record while this life had no majority is sent again when it has one', (t) => {
  const office = new Office(['a', 'b', 'c'], { hotCounters: 10 });
  for (const counter of MANY) office.desk('a').increment(counter, 5);
  office.quiet();
  t.is(office.desk('a').disk.backlogs.size, MANY.length);
  office.connectAll();
  office.tick(2 * MARK_FLUSH_AFTER);
  t.is(office.desk('a').disk.backlogs.size, 0);
});

test('records of a life before are counted under the numbers of that life', (t) => {
  const disk = diskWithRecords(['x']);
  const desk = new Desk({ disk });
  t.deepEqual(desk.disk.backlogs.get('x')?.sealed?.number, { incarnation: 1, sequence: 1 });
  desk.increment('x', 7);
  desk.quiet();
  t.deepEqual(desk.disk.backlogs.get('x'), {
    sealed: { number: { incarnation: 1, sequence: 1 }, amount: 5n },
    open: { number: { incarnation: 2, sequence: 1 }, amount: 7n },
  });
});

const tells = (message: PeerMessage, ...types: string[]) =>
  types.includes(message.type === 'counter' ? message.message.type : message.type);

test('a batch on record that was counted, of which its origin did not hear, keeps no other waiting', (t) => {
  const office = new Office(['a', 'b', 'c']);
  office.connectAll();
  office.desk('b').increment('x', 1);
  office.quiet();
  office.disconnect('a', 'b');
  office.disconnect('a', 'c');
  office.desk('a').increment('x', 5);
  office.quiet();
  office.isLost = (_, to, message) => to === 'a' && tells(message, 'counted', 'chosen', 'learn', 'changed');
  office.connect(['a', 'b'], ['a', 'c']);
  t.is(office.desk('b').disk.counters.get('x')?.register.vote?.state.total, 6n);
  t.is(office.desk('a').disk.backlogs.size, 1);
  office.isLost = (_, to, message) => to === 'a' && tells(message, 'changed');
  office.tick(2 * MAX_PATIENCE);
  office.desk('a').increment('x', 10);
  office.quiet();
  t.regex(office.desk('a').answers.join(), /recorded.*counted 16/);
  office.tick(MARK_FLUSH_AFTER);
  t.is(office.desk('a').disk.backlogs.size, 0);
  t.is(
    office.desk('b').disk.counters.get('x')?.register.promise?.actor,
    'b',
    'who holds it was not replaced',
  );
});
