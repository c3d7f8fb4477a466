import test from 'ava';
import { Reading } from './reading.ts';

const asks = (round: string, ...actors: string[]) => actors.map((to) => `to ${to}: ask round ${round}`);

test('ask all actors; nothing is written, no ballot is disturbed', (t) => {
  const reading = new Reading('a', 'b', 'c');
  t.deepEqual(reading.read(), asks('1.1', 'a', 'b', 'c'));
  t.is(reading.known.highest, null);
  t.deepEqual(reading.hear('a'), []);
  t.deepEqual(reading.hear('b'), []);
  t.deepEqual(reading.hear('c'), ['reply 1: read none']);
  t.false(reading.reader.busy);
});

test('from a majority of answers; those reached by now are all considered', (t) => {
  const reading = new Reading('a', 'b', 'c', 'd', 'e');
  reading.world.alive.delete('e');
  reading.read();
  for (const from of ['a', 'b', 'c']) {
    t.deepEqual(
      reading.hear(from, { vote: '1.a/1 a1', mark: '1.a/1 a1' }),
      [],
      'd is reached, and not heard',
    );
  }
  t.deepEqual(reading.hear('d', { vote: '1.a/2 a1 b1', mark: '1.a/2 a1 b1' }), [
    'reply 1: read 1.a/2 = [a1 b1], not heard: e',
    'to a: learn 1.a/2 = [a1 b1]',
  ]);
});

test('who is suspected meanwhile is not waited for any more', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.read();
  reading.hear('a', { vote: '1.a/1 a1' });
  t.deepEqual(reading.hear('b', { vote: '1.a/1 a1' }), []);
  t.is(reading.liveness('a', 'b').at(-2), 'reply 1: read 1.a/1 = [a1], not heard: c');
});

test('fewer answers than of a majority are none, however few can be reached', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.world.alive = new Set(['a']);
  reading.read({ deadline: 50 });
  t.deepEqual(reading.hear('a', { vote: '1.a/1 a1', mark: '1.a/1 a1' }), []);
  t.deepEqual(reading.tickAt(49), []);
  t.deepEqual(reading.tickAt(50), ['reply 1: no majority, not heard: b c']);
  t.false(reading.reader.busy);
});

test('a read that demands all actors names those that were not heard in time', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.world.alive.delete('c');
  reading.read({ all: true, deadline: 50 });
  reading.hear('a', { vote: '1.a/1 a1' });
  t.deepEqual(reading.hear('b', { vote: '1.a/1 a1' }), []);
  t.deepEqual(reading.tickAt(50), ['reply 1: no majority, not heard: c']);
  reading.read({ all: true });
  for (const from of ['a', 'b']) t.deepEqual(reading.hear(from, { vote: '1.a/1 a1' }, 2), []);
  t.is(reading.hear('c', { vote: '1.a/1 a1' }, 2)[0], 'reply 2: read 1.a/1 = [a1]');
});

test('a read joins only a round that had not been sent when the read arrived', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.step({ type: 'read', request: 1, all: false, deadline: 1_000 });
  reading.step({ type: 'read', request: 2, all: false, deadline: 1_000 });
  t.deepEqual(reading.turn(), asks('1.1', 'a', 'b', 'c'), 'the reads of one turn share a round');
  t.deepEqual(reading.step({ type: 'read', request: 3, all: false, deadline: 1_000 }), []);
  t.deepEqual(reading.turn(), [], 'and those that arrive while it asks share the next');
  reading.hear('a', { vote: '1.a/1 a1' });
  reading.hear('b', { vote: '1.a/1 a1' });
  t.deepEqual(reading.hear('c', {}), [
    'reply 1: read 1.a/1 = [a1]',
    'reply 2: read 1.a/1 = [a1]',
    ...asks('1.2', 'a', 'b', 'c'),
    'to a: learn 1.a/1 = [a1]',
  ]);
  for (const from of ['a', 'b', 'c']) t.deepEqual(reading.hear(from, {}, 1), [], 'the first is over');
});

test('a read that demands all actors does not join a round that does not', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.read();
  t.deepEqual(reading.read({ all: true }), asks('1.2', 'a', 'b', 'c'));
});

test('a late answer to a round of an earlier life is no answer', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.world.alive.delete('c');
  reading.read();
  reading.hear('a');
  t.deepEqual(reading.hear('b', {}, 1, 0), []);
  t.deepEqual(reading.hear('b', {}, 1, 1), ['reply 1: read none, not heard: c']);
});

test('the first answer of an actor to a round is its answer', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.world.alive.delete('c');
  reading.read();
  reading.hear('b', { vote: '1.a/1 a1' });
  reading.hear('b', { vote: '1.a/2 a1 b1' });
  t.is(reading.hear('a', { vote: '1.a/1 a1' })[0], 'reply 1: read 1.a/1 = [a1], not heard: c');
});

test('who has not answered is asked again, when it is time or when the links have changed', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.read();
  reading.hear('a');
  t.is(reading.reader.alarm, 20);
  t.deepEqual(reading.tickAt(19), []);
  t.deepEqual(reading.tickAt(20), asks('1.1', 'b', 'c'));
  t.is(reading.reader.alarm, 40);
  t.deepEqual(reading.liveness('a', 'b', 'c'), asks('1.1', 'b', 'c'));
});

test('without a majority alive only the deadline wakes it', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.world.alive = new Set(['a']);
  reading.read({ deadline: 70 });
  t.is(reading.reader.alarm, 70);
  t.deepEqual(reading.tickAt(20), []);
});

test('who is not suspected, but does not answer, is waited for only so long; then the answer names it', (t) => {
  const reading = new Reading('a', 'b', 'c');
  reading.read();
  reading.hear('a', { vote: '1.a/1 a1' });
  t.deepEqual(reading.hear('b', { vote: '1.a/1 a1' }), []);
  const { patience } = reading.world;
  t.deepEqual(reading.tickAt(patience - 1), []);
  t.is(reading.tickAt(patience)[0], 'reply 1: read 1.a/1 = [a1], not heard: c');
});
