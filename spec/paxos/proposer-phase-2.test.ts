import test from 'ava';
import { TELL_PAUSE } from '../../src/limits.ts';
import { vote } from './notes.ts';
import { Proposing } from './proposing.ts';

const accepts = (vote: string) => ['a', 'b', 'c'].map((to) => `to ${to}: accept ${vote}`);

test('phase 1 once per ballot: the next batches go into accepts of the same ballot, slot after slot', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  t.deepEqual(proposing.submit('b1'), accepts('1.a/2 = [a1 b1]'));
  proposing.accepted('b', '1.a/2');
  proposing.accepted('c', '1.a/2');
  t.deepEqual(proposing.submit('a2'), accepts('1.a/3 = [a1 b1 a2]'));
});

test('one accept is under way per counter; batches that arrive meanwhile go into the next, one per origin', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  t.deepEqual(proposing.submit('a2'), accepts('1.a/2 = [a1 a2]'));
  for (const text of ['b1', 'c4', 'c3', 'b1', 'b2']) t.deepEqual(proposing.submit(text), []);
  t.deepEqual(proposing.accepted('a', '1.a/2'), []);
  t.deepEqual(proposing.accepted('b', '1.a/2'), [
    'to a: counted as number 2, slot 2',
    'to a: learn 1.a/2 = [a1 a2]',
    'to b, at leisure: chosen 1.a/2',
    'to c, at leisure: chosen 1.a/2',
    ...accepts('1.a/3 = [a1 a2 b2 c4]'),
  ]);
});

test('a (ballot, slot) never carries two different states: it is sent again as it was', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.submit('a2');
  proposing.submit('b1');
  proposing.accepted('a', '1.a/2');
  t.is(proposing.proposer.alarm, 20);
  t.deepEqual(proposing.tickAt(19), []);
  t.deepEqual(proposing.tickAt(20), ['to b: accept 1.a/2 = [a1 a2]', 'to c: accept 1.a/2 = [a1 a2]']);
  t.is(proposing.proposer.alarm, 40);
  t.deepEqual(proposing.liveness('a', 'b'), ['to b: accept 1.a/2 = [a1 a2]', 'to c: accept 1.a/2 = [a1 a2]']);
});

test('its own vote is not asked for again: it counts when it is durable', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.submit('a2');
  t.deepEqual(proposing.tickAt(20), ['to b: accept 1.a/2 = [a1 a2]', 'to c: accept 1.a/2 = [a1 a2]']);
  t.deepEqual(proposing.accepted('b', '1.a/2'), [], 'a and b are a majority, but a has not told');
  t.is(proposing.accepted('a', '1.a/2').length, 4);
});

test('fewer than a majority have not chosen it', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c', 'd', 'e');
  proposing.submit('a2');
  for (const from of ['b', 'b', 'z', 'c']) t.deepEqual(proposing.accepted(from, '1.a/2'), []);
  t.is(proposing.accepted('e', '1.a/2').length, 6);
});

for (const id of ['1.a/1', '1.a/3', '2.a/2', '1.b/2']) {
  test(`accepted ${id} is no answer to the accept of 1.a/2`, (t) => {
    const proposing = Proposing.holding('a1', 'b', 'c');
    proposing.submit('a2');
    for (const from of ['a', 'b', 'c']) t.deepEqual(proposing.accepted(from, id), []);
  });
}

test('accepted by a majority: each origin is told its own batch, all actors that the vote is chosen', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.submit('c1');
  proposing.accepted('c', '1.a/2');
  proposing.submit('b1');
  proposing.submit('a2');
  t.deepEqual(proposing.accepted('b', '1.a/2').slice(0, 4), [
    'to c: counted as number 2, slot 2',
    'to a: learn 1.a/2 = [a1 c1]',
    'to b, at leisure: chosen 1.a/2',
    'to c, at leisure: chosen 1.a/2',
  ]);
  proposing.accepted('b', '1.a/3');
  t.deepEqual(proposing.accepted('c', '1.a/3').slice(0, 2), [
    'to b: counted as number 3, slot 3',
    'to a: counted as number 4, slot 3',
  ]);
});

test('an accepted that comes after a majority changes nothing', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.submit('a2');
  proposing.accepted('a', '1.a/2');
  proposing.accepted('b', '1.a/2');
  t.deepEqual(proposing.accepted('c', '1.a/2'), []);
  t.false(proposing.proposer.busy);
});

test('a batch that a chosen state counts already needs no accept: its origin is told again', (t) => {
  const proposing = Proposing.holding('b1', 'b', 'c');
  t.deepEqual(proposing.submit('b1'), ['to b: counted as number 1, slot 1']);
  proposing.known.mark = vote('1.a/1 b1');
  t.deepEqual(
    proposing.submit('b1'),
    ['to b: counted as number 1, slot 1', 'to b: learn 1.a/1 = [b1]'],
    'and of its mark, which it may not have heard of',
  );
  t.false(proposing.proposer.busy);
});

test('of a batch below one that is counted, the result is not known any more: it is forgotten in silence', (t) => {
  const proposing = Proposing.holding('b2', 'b', 'c');
  t.deepEqual(proposing.submit('b1'), []);
  t.false(proposing.proposer.busy);
});

test('the first accept of a new ballot carries the base on, though there is nothing to add, when somebody waits', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  proposing.see('1.b');
  proposing.submit('b1');
  proposing.promise('a', '2.a', '1.b/4 c1 b1');
  t.deepEqual(proposing.promise('b', '2.a'), accepts('2.a/5 = [c1 b1]'));
  proposing.accepted('a', '2.a/5');
  t.deepEqual(proposing.accepted('b', '2.a/5').slice(0, 2), [
    'to b: counted as number 2, slot 5',
    'to a: learn 2.a/5 = [c1 b1]',
  ]);
});

test('a base that is known to be chosen is not carried on for a batch that it counts', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  proposing.see('1.b');
  proposing.submit('b1');
  proposing.promise('a', '2.a', '1.b/4 c1 b1');
  t.deepEqual(proposing.promise('b', '2.a', '1.b/4 c1 b1', '1.b/4 c1 b1'), [
    'to b: counted as number 2, slot 4',
  ]);
});

test('a lower mark does not make the base known to be chosen', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  proposing.see('1.b');
  proposing.submit('b1');
  proposing.promise('a', '2.a', '1.b/4 c1 b1', '1.b/3 c1');
  t.deepEqual(proposing.promise('b', '2.a', '1.b/3 c1', '1.b/3 c1'), accepts('2.a/5 = [c1 b1]'));
});

test('a read rides on the accept under way, if that is not below what it heard of', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.submit('a2');
  t.deepEqual(proposing.carry('b', 3, '1.a/2'), []);
  t.deepEqual(proposing.carry('c', 7, '1.a/1'), []);
  proposing.accepted('a', '1.a/2');
  t.deepEqual(proposing.accepted('b', '1.a/2'), [
    'to a: counted as number 2, slot 2',
    'to b: carried round 1.3: 1.a/2 = [a1 a2]',
    'to c: carried round 1.7: 1.a/2 = [a1 a2]',
    'to a: learn 1.a/2 = [a1 a2]',
    'to b, at leisure: chosen 1.a/2',
    'to c, at leisure: chosen 1.a/2',
  ]);
});

test('a read that heard of a higher vote rides on the next accept that starts after it arrived', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.submit('a2');
  t.deepEqual(proposing.carry('c', 7), []);
  proposing.accepted('a', '1.a/2');
  const effects = proposing.accepted('b', '1.a/2');
  t.false(effects.some((line) => line.includes('carried')));
  t.deepEqual(effects.slice(4), accepts('1.a/3 = [a1 a2]'));
  t.deepEqual(proposing.carry('b', 9), []);
  proposing.accepted('a', '1.a/3');
  t.deepEqual(proposing.accepted('b', '1.a/3'), [
    'to c: carried round 1.7: 1.a/3 = [a1 a2]',
    'to a: learn 1.a/3 = [a1 a2]',
    'to b, at leisure: chosen 1.a/3',
    'to c, at leisure: chosen 1.a/3',
    ...accepts('1.a/4 = [a1 a2]'),
  ]);
});

test('a read of a counter that nobody has counted in carries the zero state on', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  proposing.carry('c', 7);
  proposing.promise('a', '1.a');
  t.deepEqual(proposing.promise('b', '1.a'), accepts('1.a/1 = []'));
});

/** Of a, which asks b before the others. */
function thrifty(...others: string[]): Proposing {
  const proposing = Proposing.holding('a1', ...others);
  proposing.world.quorum = ['a', 'b'];
  proposing.world.hedge = 5;
  return proposing;
}

test('a majority is asked, and the others when it has not answered in time', (t) => {
  const proposing = thrifty('b', 'c');
  t.deepEqual(proposing.submit('a2'), ['to a: accept 1.a/2 = [a1 a2]', 'to b: accept 1.a/2 = [a1 a2]']);
  proposing.accepted('a', '1.a/2');
  t.is(proposing.proposer.alarm, 5);
  t.deepEqual(proposing.tickAt(5), ['to b: accept 1.a/2 = [a1 a2]', 'to c: accept 1.a/2 = [a1 a2]']);
  t.is(proposing.proposer.alarm, 5 + proposing.world.patience);
  t.deepEqual(proposing.accepted('c', '1.a/2'), [
    'to a: counted as number 2, slot 2',
    'to a: learn 1.a/2 = [a1 a2]',
    'to b, at leisure: chosen 1.a/2',
    'to c, at leisure: chosen 1.a/2',
  ]);
});

test('an actor that comes or goes has all that did not answer asked at once', (t) => {
  const proposing = thrifty('b', 'c');
  proposing.submit('a2');
  t.deepEqual(proposing.liveness('a', 'c'), ['to b: accept 1.a/2 = [a1 a2]', 'to c: accept 1.a/2 = [a1 a2]']);
});

test('late is who does not answer even when all are asked', (t) => {
  const proposing = thrifty('b', 'c', 'd', 'e');
  const late: string[] = [];
  proposing.world.late = (actor) => late.push(actor);
  proposing.submit('a2');
  proposing.accepted('a', '1.a/2');
  proposing.tickAt(5);
  proposing.accepted('c', '1.a/2');
  proposing.liveness('a', 'b', 'c', 'd');
  t.deepEqual(late, []);
  proposing.tickAt(5 + proposing.world.patience);
  t.deepEqual(late, ['b', 'd', 'e']);
});

test('who was not asked learns the state from who proposes', (t) => {
  const proposing = thrifty('b', 'c');
  proposing.submit('c1');
  proposing.accepted('a', '1.a/2');
  t.deepEqual(proposing.accepted('b', '1.a/2'), [
    'to c: counted as number 2, slot 2',
    'to a: learn 1.a/2 = [a1 c1]',
    'to b, at leisure: chosen 1.a/2',
    'to c, at leisure: learn 1.a/2 = [a1 c1]',
  ]);
  proposing.known.mark = vote('1.a/3 a1 c1 a2');
  proposing.submit('a2');
  proposing.accepted('a', '1.a/3');
  proposing.accepted('b', '1.a/3');
  t.false(proposing.proposer.busy);
  t.true(proposing.proposer.isTelling);
  t.is(proposing.proposer.alarm, TELL_PAUSE);
  proposing.liveness('a');
  t.is(proposing.proposer.alarm, TELL_PAUSE, 'also without a majority');
  proposing.liveness('a', 'b', 'c');
  t.deepEqual(proposing.tickAt(TELL_PAUSE), ['to c, at leisure: learn 1.a/3 = [a1 c1 a2]']);
  t.false(proposing.proposer.isTelling);
});
