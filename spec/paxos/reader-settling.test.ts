import test from 'ava';
import { WATERMARK_PAUSE } from '../../src/limits.ts';
import { ballot } from './notes.ts';
import { Reading } from './reading.ts';

/** A read of a, with b answering the second vote and c not heard: a write is under way or was left behind. */
function undecided(): { readonly reading: Reading; readonly effects: string[] } {
  const reading = new Reading('a', 'b', 'c');
  reading.world.alive.delete('c');
  reading.known.highest = ballot('1.b');
  reading.read();
  reading.hear('a', { vote: '1.b/1 a1', mark: '1.b/1 a1' });
  return { reading, effects: reading.hear('b', { vote: '1.b/2 a1 b1', mark: '1.b/1 a1' }) };
}

test('a write under way or left behind: an accept of the holder is asked to carry the answer', (t) => {
  const { reading, effects } = undecided();
  t.deepEqual(
    effects,
    ['to a: carry round 1.1 of a at 1.b/2, holder none'],
    'who routes it knows the holder',
  );
  t.deepEqual(reading.carried('1.b/3 a1 b1 c1'), ['reply 1: read 1.b/3 = [a1 b1 c1], not heard: c']);
  t.deepEqual(reading.carried('1.b/3 a1 b1 c1'), [], 'once');
});

test('a chosen vote below the highest of the answers is no answer, whoever carries it', (t) => {
  const { reading } = undecided();
  t.deepEqual(reading.carried('1.b/1 a1'), []);
  t.deepEqual(reading.carried('1.b/2 a1 b1'), ['reply 1: read 1.b/2 = [a1 b1], not heard: c']);
});

test('a vote at or above the highest of the answers that becomes known to be chosen here settles it', (t) => {
  const { reading } = undecided();
  t.deepEqual(reading.marked('1.b/1 a1'), [], 'below is not enough');
  t.deepEqual(reading.marked('1.b/2 a1 b1'), ['reply 1: read 1.b/2 = [a1 b1], not heard: c']);
  const above = undecided().reading;
  t.deepEqual(above.marked('2.c/1 a1 c1'), ['reply 1: read 2.c/1 = [a1 c1], not heard: c']);
});

test('a mark does not settle a round that still asks: the answers may be higher', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.read();
  reading.hear('a', { vote: '1.b/1 a1' });
  t.deepEqual(reading.marked('1.b/1 a1'), []);
  reading.hear('c');
  t.deepEqual(reading.hear('b', { vote: '1.b/2 a1 b1' }), [
    'to a: carry round 1.1 of a at 1.b/2, holder none',
  ]);
});

test('what is known to be chosen here by the time of the last answer settles it', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.world.alive.delete('c');
  reading.read();
  reading.hear('a', { vote: '1.b/1 a1' });
  reading.known.mark = { ballot: ballot('1.b'), slot: 2, state: [{ origin: 'b', number: 1 }] };
  t.deepEqual(reading.hear('b', { vote: '1.b/2 b1' }), ['reply 1: read 1.b/2 = [b1], not heard: c']);
});

test('or ask again shortly, in a new round; if that does not settle it, phase 1 here carries the base on', (t) => {
  const { reading } = undecided();
  const alarm = reading.reader.alarm ?? 0;
  t.deepEqual(reading.tickAt(alarm - 1), []);
  t.deepEqual(
    reading.tickAt(alarm),
    ['a', 'b', 'c'].map((to) => `to ${to}: ask round 1.2`),
  );
  t.deepEqual(
    reading.hear('b', { vote: '1.b/2 a1 b1', mark: '1.b/2 a1 b1' }, 1),
    [],
    'the old round is stale',
  );
  reading.hear('a', { vote: '1.b/1 a1' }, 2);
  t.deepEqual(reading.hear('b', { vote: '1.b/2 a1 b1' }, 2), [
    'to a: carry round 1.2 of a at 1.b/2, holder 1.b',
  ]);
});

test('a watermark above what the state counts: that actor pushes at once, and the read waits', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.read({ deadline: 100 });
  const told = { vote: '1.a/2 a1 b1', mark: '1.a/2 a1 b1' };
  reading.hear('a', told);
  reading.hear('b', { ...told, watermark: 2 });
  t.deepEqual(reading.hear('c', { ...told, watermark: 3 }), [
    'to b: push 2',
    'to c: push 3',
    'to a: learn 1.a/2 = [a1 b1]',
  ]);
  t.is(reading.reader.alarm, WATERMARK_PAUSE);
  t.deepEqual(reading.marked('1.a/3 a1 b1 b2'), ['to c: push 3'], 'of c nothing is counted');
  t.deepEqual(reading.marked('1.a/4 a1 b1 b2 c3'), ['reply 1: read 1.a/4 = [a1 b1 b2 c3]']);
});

test('a watermark that the state counts is not waited for', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.world.alive.delete('c');
  reading.read();
  reading.hear('a', { vote: '1.a/1 b2' });
  const covered = reading.hear('b', { vote: '1.a/1 b2', watermark: 2 });
  t.is(covered[0], 'reply 1: read 1.a/1 = [b2], not heard: c');
});

test('the wait for watermarks is bounded: then the read is answered that it cannot be served', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.read({ deadline: 100 });
  reading.hear('a');
  reading.hear('b', { watermark: 2 });
  t.deepEqual(reading.hear('c'), ['to b: push 2']);
  t.deepEqual(reading.tickAt(100), ['reply 1: no majority']);
});

test('an actor’s watermark is remembered from when it was heard first, though a later round hears no more of it', (t) => {
  const { reading } = undecided();
  reading.world.alive.add('c');
  reading.tickAt(reading.reader.alarm ?? 0);
  reading.hear('c', { watermark: 4 }, 2);
  reading.world.alive.delete('c');
  reading.tickAt(500);
  reading.hear('a', { vote: '1.b/2 a1 b1' }, 2);
  const settled = reading.hear('b', { vote: '1.b/2 a1 b1' }, 2);
  t.deepEqual(settled, ['to c: push 4', 'to a: learn 1.b/2 = [a1 b1]']);
  reading.tickAt(reading.reader.alarm ?? 0);
  reading.hear('a', { vote: '1.b/2 a1 b1' }, 3);
  t.deepEqual(reading.hear('b', { vote: '1.b/2 a1 b1' }, 3)[0], 'to c: push 4');
});

test('what an actor has answered 202 after it was heard first is not waited for', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.world.alive.delete('c');
  reading.read();
  reading.hear('a', { vote: '1.b/1 b1' });
  reading.hear('b', { vote: '1.b/2 b2', watermark: 2 });
  reading.tickAt(reading.reader.alarm ?? 0);
  reading.hear('a', { vote: '1.b/2 b2' }, 2);
  const settled = reading.hear('b', { vote: '1.b/2 b2', watermark: 9 }, 2);
  t.is(settled[0], 'reply 1: read 1.b/2 = [b2], not heard: c');
});

test('what an actor knew to be chosen is in the answer: its mark may count what it has answered 202', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.read();
  reading.hear('a', { vote: '1.a/1 a1' });
  reading.hear('b', { vote: '1.a/1 a1' });
  t.deepEqual(reading.hear('c', { mark: '1.a/2 a1 c1' }), ['to c: fetch 1.a/2', 'to a: learn 1.a/1 = [a1]']);
  t.deepEqual(reading.marked('1.a/2 a1 c1'), ['reply 1: read 1.a/2 = [a1 c1]']);
});

test('each read of a round is answered by its own deadline', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.step({ type: 'read', request: 1, all: false, deadline: 40 });
  reading.step({ type: 'read', request: 2, all: false, deadline: 60 });
  reading.turn();
  t.is(reading.reader.alarm, 20);
  reading.tickAt(20);
  t.is(reading.tickAt(40)[0], 'reply 1: no majority, not heard: a b c');
  t.true(reading.reader.busy);
  t.deepEqual(reading.tickAt(60), ['reply 2: no majority, not heard: a b c']);
  t.false(reading.reader.busy);
});
