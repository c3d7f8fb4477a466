import test from 'ava';
import {
  DISK_BUSY_FOR,
  DOUBT_AFTER,
  MARK_FLUSH_AFTER,
  MARK_FLUSH_LATEST,
  MARKS_A_TICK,
  MAX_WAITING,
  REPAIRS_AT_ONCE,
  TELL_PAUSE,
} from '../../src/limits.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { Desk, peerWords, READ_TIMEOUT } from './desk.ts';
import { accept, answer, chosen, learn, prepare } from './letters.ts';
import { Office } from './office.ts';

/** A driver that has voted for 1.b/1 and knows that it is chosen: 3, or not durable yet. */
function marked(): Desk {
  const desk = new Desk().connect();
  desk.driver.receive('b', [accept('hits', '1.b/1', 3)]);
  desk.quiet();
  desk.driver.receive('b', [chosen('hits', '1.b/1')]);
  desk.turn();
  return desk;
}

test('a counter that nobody has counted in has no value', (t) => {
  const desk = new Desk();
  desk.value('hits');
  t.deepEqual(desk.answers, ['1: nothing']);
});

test('nothing waits for the flush of a mark: it goes with the next vote of its counter, or after a while', (t) => {
  const desk = marked();
  t.false(desk.isWriting);
  t.is(desk.disk.counters.get('hits')?.register.mark, null);
  desk.tick(MARK_FLUSH_AFTER);
  desk.finish();
  t.is(desk.disk.counters.get('hits')?.register.mark?.slot, 1);

  const sharing = marked();
  sharing.driver.receive('b', [prepare('other', '1.b')]);
  sharing.turn();
  sharing.finish();
  t.is(sharing.disk.counters.get('hits')?.register.mark, null, 'not with another counter');
  sharing.driver.receive('b', [accept('hits', '1.b/2', 4)]);
  sharing.turn();
  sharing.finish();
  t.is(sharing.disk.counters.get('hits')?.register.mark?.slot, 1);
});

test('value is the last locally chosen value that is durable; it waits for one that is not', (t) => {
  const desk = marked();
  desk.value('hits');
  desk.turn();
  t.deepEqual(desk.answers, []);
  desk.finish();
  t.deepEqual(desk.answers, ['1: 3 {b#1.1}']);
  desk.value('hits');
  t.deepEqual(desk.answers.slice(1), ['2: 3 {b#1.1}'], 'at once now');
});

test('while votes keep the disk busy a mark waits for the next vote of its counter, though not for ever', (t) => {
  const desk = marked();
  let slot = 0;
  const busyTick = () => {
    slot += 1;
    desk.driver.receive('b', [accept('other', `1.b/${slot}`, slot)]);
    desk.quiet();
    desk.tick(1);
  };
  const durable = () => desk.disk.counters.get('hits')?.register.mark?.slot ?? null;
  for (let tick = 1; tick < MARK_FLUSH_LATEST; tick += 1) busyTick();
  desk.quiet();
  t.is(durable(), null);
  busyTick();
  desk.quiet();
  t.is(durable(), 1);
  t.true(MARK_FLUSH_LATEST > 2 * MARK_FLUSH_AFTER);
});

test('a few ticks in which nobody waits for the disk are not the end of a load', (t) => {
  const desk = marked();
  for (let tick = 0; tick < 2 * MARK_FLUSH_AFTER; tick += DISK_BUSY_FOR) {
    desk.driver.receive('b', [prepare(`other-${tick}`, '1.b')]);
    desk.quiet();
    desk.tick(DISK_BUSY_FOR);
  }
  t.false(desk.isWriting);
  t.is(desk.disk.counters.get('hits')?.register.mark ?? null, null);
  desk.tick(1);
  t.true(desk.isWriting, 'that was its end');
});

test('while nobody waits for the disk, the first mark that is due takes the others with it', (t) => {
  const desk = new Desk();
  desk.driver.receive('c', [learn('early', '1.c/1', 3)]);
  desk.quiet();
  desk.tick(MARK_FLUSH_AFTER - 1);
  desk.driver.receive('c', [learn('late', '1.c/1', 3)]);
  desk.quiet();
  t.false(desk.isWriting);
  desk.tick(1);
  desk.quiet();
  t.deepEqual(
    desk.writes.map(({ counters }) => counters.map(({ counter }) => counter)),
    [['early', 'late']],
  );
});

test('the marks of many counters are not written all at once', (t) => {
  const desk = new Desk({ hotCounters: 2 * MARKS_A_TICK });
  const counters = Array.from({ length: MARKS_A_TICK + 1 }, (_, i) => `counter-${i}`);
  desk.driver.receive(
    'c',
    counters.map((counter) => learn(counter, '1.c/1', 3)),
  );
  desk.quiet();
  desk.tick(MARK_FLUSH_AFTER);
  desk.quiet();
  t.is(desk.disk.changes.size, MARKS_A_TICK);
  desk.tick(1);
  desk.quiet();
  t.is(desk.disk.changes.size, counters.length);
});

test('value waits for a mark that is being written, not for one that comes after it', (t) => {
  const desk = marked();
  desk.tick(MARK_FLUSH_AFTER);
  t.true(desk.isWriting);
  desk.value('hits');
  t.deepEqual(desk.answers, []);
  desk.finish();
  t.deepEqual(desk.answers, ['1: 3 {b#1.1}']);
});

test('a mark that is learned while another is written is waited for as well', (t) => {
  const desk = marked();
  desk.tick(MARK_FLUSH_AFTER);
  desk.driver.receive('b', [learn('hits', '1.b/2', 4)]);
  desk.turn();
  desk.value('hits');
  desk.turn();
  desk.finish();
  t.deepEqual(desk.answers, []);
  desk.finish();
  t.deepEqual(desk.answers, ['1: 4 {b#1.2}']);
});

test('value never goes down, restart or not', (t) => {
  const desk = marked();
  desk.value('hits');
  desk.turn();
  desk.finish();
  desk.driver.receive('b', [learn('hits', '1.b/2', 4)]);
  desk.turn();
  desk.store.kill();
  const next = new Desk({ disk: desk.disk });
  next.value('hits');
  t.deepEqual(next.answers, ['1: 3 {b#1.1}'], 'what was shown; the other was not');
  next.driver.receive('b', [chosen('hits', '1.b/1'), learn('hits', '1.a/9', 1)]);
  next.quiet();
  next.value('hits');
  t.deepEqual(next.answers.slice(1), ['2: 3 {b#1.1}']);
});

/** A counter whose 5 was answered 200, in a cluster that all stopped before anybody knew that durably. */
function afterPowerCut(): Office {
  const before = new Office(['a', 'b', 'c']);
  before.connectAll();
  before.desk('a').increment('hits', 5);
  before.quiet();
  const disks = Object.fromEntries([...before.desks].map(([actor, { disk }]) => [actor, disk]));
  for (const { store } of before.desks.values()) store.kill();
  return new Office(['a', 'b', 'c'], {}, disks);
}

test('a vote that nobody knows to be chosen any more is found out about for who asks for the value', (t) => {
  const office = afterPowerCut();
  const desk = office.desk('b');
  desk.value('hits');
  t.deepEqual(desk.answers, ['1: nothing'], 'at once, without the network');
  office.connectAll();
  desk.value('hits');
  office.quiet();
  t.deepEqual(desk.answers.slice(1), ['2: 5 {a#1.1}']);
});

test('also where another actor has asked about that counter before', (t) => {
  const office = afterPowerCut();
  office.connectAll();
  const [first, second] = [office.desk('b'), office.desk('c')];
  first.value('hits');
  office.quiet();
  second.value('hits');
  office.quiet();
  second.value('hits');
  office.quiet();
  t.deepEqual(second.answers, ['1: nothing', '2: 5 {a#1.1}']);
});

test('and again if no majority could be reached', (t) => {
  const office = afterPowerCut();
  const desk = office.desk('b');
  desk.value('hits');
  office.tick(READ_TIMEOUT + 1);
  office.connectAll();
  desk.value('hits');
  office.quiet();
  desk.value('hits');
  office.quiet();
  t.deepEqual(desk.answers, ['1: nothing', '2: nothing', '3: 5 {a#1.1}']);
});

test('who asks for the value again and again while no majority can be reached keeps nobody from being served', (t) => {
  const desk = afterPowerCut().desk('b');
  desk.value('hits');
  desk.turn();
  for (let time = 0; time < MAX_WAITING; time += 1) desk.value('hits');
  desk.quiet();
  desk.answers.length = 0;
  desk.increment('hits', 1);
  desk.quiet();
  t.notRegex(desk.answers.join(), /overloaded/);
});

test('a vote is not in doubt as long as who proposed it may be about to say that it is chosen', (t) => {
  const desk = new Desk().connect();
  desk.driver.receive('b', [accept('hits', '1.b/1', 3)]);
  desk.quiet();
  desk.sent();
  const asked = () => {
    desk.value('hits');
    desk.turn();
    return desk.sent().length > 0;
  };
  t.false(asked());
  desk.tick(DOUBT_AFTER - 1);
  t.false(asked());
  desk.tick(1);
  t.true(asked());
  t.false(asked(), 'it is being found out');
});

test('value asks nobody about a counter whose vote is its mark, if it was heard of in this life', (t) => {
  const desk = marked().connect();
  desk.tick(MARK_FLUSH_AFTER);
  desk.finish();
  desk.value('hits');
  desk.turn();
  t.deepEqual(desk.answers, ['1: 3 {b#1.1}']);
  t.deepEqual(desk.sent(), []);
});

test('what a life before knew is shown, and read once for who asks next: what came after it may be known to others', (t) => {
  const desk = marked();
  desk.tick(MARK_FLUSH_AFTER);
  desk.finish();
  const next = new Desk({ disk: desk.disk }).connect();
  next.value('hits');
  next.turn();
  t.deepEqual(next.answers, ['1: 3 {b#1.1}']);
  t.deepEqual(next.sent(), ['b: hits ask round 2.1', 'c: hits ask round 2.1']);
  for (const from of ['b', 'c']) next.driver.receive(from, [answer('hits', 1, 2, '1.b/1', 3)]);
  next.quiet();
  next.value('hits');
  next.quiet();
  t.deepEqual(next.sent(), []);
});

test('what is in doubt is read, of so many counters at once', (t) => {
  const desk = new Desk().connect();
  for (let i = 0; i <= REPAIRS_AT_ONCE; i += 1) desk.value(`counter-${i}`);
  desk.quiet();
  const asked = desk.frames.filter(({ to }) => to === 'b').flatMap(({ messages }) => messages);
  t.is(asked.length, REPAIRS_AT_ONCE);
});

for (const others of [0, 20]) {
  test(`who was not asked for votes knows the last value soon, though nobody counts any more: ${others} counters later`, (t) => {
    const office = new Office(['a', 'b', 'c'], { hotCounters: 2 });
    office.connectAll();
    const [first, third] = [office.desk('a'), office.desk('c')];
    for (const amount of [5, 1, 1]) {
      first.increment('hits', amount);
      office.quiet();
    }
    for (let i = 0; i < others; i += 1) {
      first.increment(`other-${i}`, 1);
      office.quiet();
    }
    const isAsked = ({ to, message }: { to: string; message: PeerMessage }) =>
      to === 'c' && peerWords(message).includes('accept ');
    t.false(office.sent.some(isAsked));
    office.tick(TELL_PAUSE + 1);
    third.value('hits');
    office.quiet();
    t.deepEqual(third.answers, ['1: 7 {a#1.3}']);
  });
}
