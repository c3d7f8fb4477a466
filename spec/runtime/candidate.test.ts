import test from 'ava';
import { CANDIDATE_RESTS, ticks } from '../../src/limits.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import { Desk } from './desk.ts';
import { accept } from './letters.ts';
import { Office } from './office.ts';

/** One of a, b and c; its links to `alive` are up, and nothing of it is left to write or to send. */
function deskOf(self: Actor, ...alive: Actor[]): Desk {
  const desk = new Desk({ self });
  for (const actor of alive) desk.driver.linkUp(actor, `disk of ${actor}`);
  desk.quiet();
  desk.sent();
  return desk;
}

test('alone, what nobody holds is proposed where it is asked for', (t) => {
  const desk = deskOf('b', 'a', 'c');
  desk.increment('x', 5);
  desk.quiet();
  t.deepEqual(desk.sent(), ['a: x prepare 1.b', 'c: x prepare 1.b']);
});

test('of several requests, what nobody holds is left to the first actor', (t) => {
  const desk = deskOf('b', 'a', 'c');
  desk.increment('x', 5);
  desk.increment('y', 7);
  desk.quiet();
  t.deepEqual(desk.sent(), ['a: x submit b#1.1 +5, holder none; y submit b#1.2 +7, holder none']);
});

test('several requests for one counter are several, too', (t) => {
  const desk = deskOf('b', 'a', 'c');
  desk.increment('x', 5);
  desk.increment('x', 7);
  desk.quiet();
  t.deepEqual(desk.sent(), ['a: x submit b#1.1 +12, holder none']);
});

test('the first is the first of those that are alive, which may be this one', (t) => {
  const desk = deskOf('b', 'c');
  desk.increment('x', 5);
  desk.increment('y', 7);
  desk.quiet();
  t.deepEqual(desk.sent().sort(), ['a: x prepare 1.b; y prepare 1.b', 'c: x prepare 1.b; y prepare 1.b']);
});

test('a live holder stays the holder', (t) => {
  const desk = deskOf('b', 'a', 'c');
  desk.driver.receive('c', [accept('x', '3.c/1', 5)]);
  desk.quiet();
  desk.sent();
  desk.increment('x', 5);
  desk.increment('y', 7);
  desk.turn();
  t.deepEqual(desk.sent(), ['a: y submit b#1.2 +7, holder none', 'c: x submit b#1.1 +5, holder 3.c']);
});

test('what was taken alone is left to the first once there is more to do, and stays there', (t) => {
  const office = new Office(['a', 'b', 'c']);
  office.connectAll();
  const b = office.desk('b');
  const proposersOfX = (...counters: string[]) => {
    for (const counter of counters) b.increment(counter, 5);
    office.quiet();
    const accepts = office.sent
      .splice(0)
      .filter(({ message }) => message.type === 'counter' && message.message.type === 'accept')
      .filter(({ message }) => message.type === 'counter' && message.counter === 'x');
    return [...new Set(accepts.map(({ from }) => from))];
  };
  t.deepEqual(proposersOfX('x'), ['b']);
  t.deepEqual(proposersOfX('x', 'y'), ['a']);
  t.deepEqual(proposersOfX('x'), ['a']);
  t.deepEqual(b.answers, [
    '1: counted 5, slot 1',
    '2: counted 10, slot 2',
    '3: counted 5, slot 1',
    '4: counted 15, slot 3',
  ]);
});

test('when its holder is suspected, a counter is left to the first as well', (t) => {
  const desk = deskOf('b', 'a', 'c');
  desk.driver.receive('c', [accept('x', '3.c/1', 5)]);
  desk.quiet();
  desk.increment('x', 5);
  desk.increment('x', 7);
  desk.turn();
  desk.sent();
  desk.driver.linkDown('c');
  desk.quiet();
  t.deepEqual(desk.sent(), ['a: x submit b#1.1 +12, holder 3.c']);
});

/** All that leaves until `isThere`, within a second. */
function sentUntil(desk: Desk, isThere: (line: string) => boolean): string[] {
  const sent: string[] = [];
  for (let i = 0; i < ticks(1_000) && !sent.some(isThere); i += 1) {
    desk.tick(1);
    desk.quiet();
    sent.push(...desk.sent());
  }
  return sent;
}

test('what the first does not answer is proposed here, and for a while nothing is left to it', (t) => {
  const desk = deskOf('c', 'a', 'b');
  const ask = (...counters: string[]) => {
    for (const counter of counters) desk.increment(counter, 5);
    desk.quiet();
    return desk.sent().filter((line) => line.includes('submit'));
  };
  t.deepEqual(ask('x', 'y'), ['a: x submit c#1.1 +5, holder none; y submit c#1.2 +5, holder none']);
  const isPrepare = (line: string) => line.includes('prepare');
  t.deepEqual(sentUntil(desk, isPrepare), [
    'a: x prepare 1.c; y prepare 1.c',
    'b: x prepare 1.c; y prepare 1.c',
  ]);
  t.deepEqual(ask('s', 't'), ['b: s submit c#1.3 +5, holder none; t submit c#1.4 +5, holder none']);
  // b does not answer either, after that.
  desk.tick(CANDIDATE_RESTS - 1);
  desk.quiet();
  desk.sent();
  t.deepEqual(ask('u', 'v'), []);
  desk.tick(CANDIDATE_RESTS);
  desk.quiet();
  desk.sent();
  t.deepEqual(ask('w', 'z'), ['a: w submit c#1.7 +5, holder none; z submit c#1.8 +5, holder none']);
});

test('a first actor that does not suspect the holder yet takes its place all the same', (t) => {
  const office = new Office(['a', 'b', 'c']);
  office.connectAll();
  office.desk('c').increment('x', 1);
  office.quiet();
  office.isLost = (from, to) => from === 'c' || to === 'c';
  const b = office.desk('b');
  b.driver.linkDown('c');
  for (const amount of [2, 3]) b.increment('x', amount);
  office.quiet();
  t.deepEqual(b.answers, ['1: counted 3, slot 2', '2: counted 6, slot 2']);
});
