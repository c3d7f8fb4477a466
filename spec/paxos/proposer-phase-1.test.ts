import test from 'ava';
import { Proposing } from './proposing.ts';

test('a proposer takes a round above every ballot it has seen for the counter', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  proposing.see('7.b');
  t.deepEqual(proposing.submit('a1'), ['to a: prepare 8.a']);
  t.deepEqual(proposing.known.highest, { round: 8, actor: 'a' }, 'its own ballot is one that it has seen');
});

test('its own acceptor promises the ballot before any prepare leaves', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  t.deepEqual(proposing.submit('a1'), ['to a: prepare 1.a']);
  t.deepEqual(proposing.submit('b1'), []);
  t.deepEqual(proposing.tickAt(1_000), [], 'however long the flush takes');
  t.deepEqual(proposing.liveness('a', 'b'), []);
  t.deepEqual(proposing.promise('a', '1.a'), ['to b: prepare 1.a', 'to c: prepare 1.a']);
  t.deepEqual(proposing.promise('a', '1.a'), [], 'once');
});

test('a cluster of one needs no prepare to leave', (t) => {
  const proposing = new Proposing('a');
  proposing.submit('a1');
  t.deepEqual(proposing.promise('a', '1.a'), ['to a: accept 1.a/1 = [a1]']);
  t.deepEqual(proposing.accepted('a', '1.a/1'), [
    'to a: counted as number 1, slot 1',
    'to a: learn 1.a/1 = [a1]',
  ]);
});

test('fewer promises than of a majority do not make a holder', (t) => {
  const proposing = new Proposing('a', 'b', 'c', 'd', 'e');
  proposing.submit('a1');
  proposing.promise('a', '1.a');
  t.deepEqual(proposing.promise('b', '1.a'), []);
  t.deepEqual(proposing.promise('b', '1.a'), [], 'a promise that is heard twice is one promise');
  t.deepEqual(proposing.promise('z', '1.a'), [], 'who is no actor of the cluster has no promise to give');
  t.is(proposing.promise('c', '1.a').length, 5);
});

test('a promise of an earlier ballot is none of this one', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  proposing.submit('a1');
  proposing.promise('a', '1.a');
  proposing.nack('1.a', '3.c');
  proposing.world.alive.delete('c');
  t.deepEqual(proposing.submit('a2'), ['to a: prepare 4.a']);
  t.deepEqual(proposing.promise('b', '1.a'), []);
  t.deepEqual(proposing.promise('a', '4.a'), ['to b: prepare 4.a', 'to c: prepare 4.a']);
});

// Paxos Made Simple, P2c: the value of the highest-numbered proposal among the promises of a majority.
for (const [told, base] of [
  [[null, null, null], '1 = [a1]'],
  [[null, '1.b/1 b1', null], '2 = [b1 a1]'],
  [[null, '1.b/9 b1', '2.c/1 c1'], '2 = [c1 a1]'],
  [[null, '2.b/1 b1', '2.c/1 c1'], '2 = [c1 a1]'],
  [['2.c/2 c1 b1', '2.c/3 c1 b1 b2', '2.c/1 c1'], '4 = [c1 b1 b2 a1]'],
] as const) {
  test(`P2c: with promises that tell ${told.join(', ')}, the base is the state of the highest vote`, (t) => {
    const proposing = new Proposing('a', 'b', 'c', 'd', 'e');
    proposing.see('8.e');
    proposing.submit('a1');
    ['a', 'b', 'c'].forEach((actor, i) => {
      const effects = proposing.promise(actor, '9.a', told[i] ?? null);
      if (actor === 'c')
        t.deepEqual(
          effects,
          ['a', 'b', 'c', 'd', 'e'].map((to) => `to ${to}: accept 9.a/${base}`),
        );
    });
  });
}

test('a vote that is told after a majority has promised does not change the base', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  proposing.see('1.b');
  proposing.submit('a1');
  proposing.promise('a', '2.a');
  proposing.promise('b', '2.a');
  t.deepEqual(proposing.promise('c', '2.a', '1.b/1 b1'), []);
});

test('a vote chosen above the base in a lower ballot is a broken promise: the invariant stops it', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  proposing.see('2.b');
  proposing.submit('a1');
  proposing.promise('a', '3.a', '1.c/1 c1');
  t.throws(() => proposing.promise('b', '3.a', '1.c/1 c1', '2.b/1 b1'), {
    message: 'a vote is chosen above the base of ballot 3.a',
  });
});

test('a vote chosen in a higher ballot tells that this ballot is overtaken, and nothing is proposed in it', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  proposing.submit('a1');
  proposing.promise('a', '1.a');
  proposing.see('2.b');
  t.deepEqual(proposing.promise('c', '1.a', null, '2.b/1 b1'), ['to b: submit a1, holder 2.b']);
});

test('prepare is sent again to who has not answered it, when it is time or when the links have changed', (t) => {
  const proposing = new Proposing('a', 'b', 'c', 'd', 'e');
  proposing.submit('a1');
  proposing.promise('a', '1.a');
  proposing.promise('c', '1.a');
  t.is(proposing.proposer.alarm, 20);
  t.deepEqual(proposing.tickAt(19), []);
  t.deepEqual(proposing.tickAt(20), ['to b: prepare 1.a', 'to d: prepare 1.a', 'to e: prepare 1.a']);
  t.is(proposing.proposer.alarm, 40);
  t.deepEqual(proposing.liveness('a', 'b', 'c'), [
    'to b: prepare 1.a',
    'to d: prepare 1.a',
    'to e: prepare 1.a',
  ]);
});

test('without a majority alive it begins no ballot; with one again it does', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  proposing.world.alive = new Set(['a']);
  t.deepEqual(proposing.submit('a1'), []);
  t.is(proposing.proposer.alarm, null);
  t.deepEqual(proposing.tickAt(100), []);
  t.deepEqual(proposing.liveness('a', 'c'), ['to a: prepare 1.a']);
});

test('a carry is reason enough for a ballot; nothing waiting is none', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  t.deepEqual(proposing.tickAt(1), []);
  t.false(proposing.proposer.busy);
  t.deepEqual(proposing.carry('b', 7), ['to a: prepare 1.a']);
  t.true(proposing.proposer.busy);
});
