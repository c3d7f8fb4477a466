import test from 'ava';
import { MAX_PAUSE, MIN_PAUSE } from '../../src/limits.ts';
import { Proposing } from './proposing.ts';

test('a nack with a higher ballot ends the ballot at once, in phase 1 and in phase 2', (t) => {
  const preparing = new Proposing('a', 'b', 'c');
  preparing.submit('a1');
  preparing.promise('a', '1.a');
  t.deepEqual(preparing.nack('1.a', '2.c'), ['to c: submit a1, holder 2.c']);
  t.deepEqual(preparing.promise('b', '1.a'), [], 'a majority that comes late comes too late');

  const accepting = Proposing.holding(null, 'b', 'c');
  t.deepEqual(accepting.nack('1.a', '2.c'), ['to c: submit z1, holder 2.c']);
  accepting.accepted('a', '1.a/1');
  t.deepEqual(accepting.accepted('b', '1.a/1'), []);
});

test('it never proposes in an ended ballot again', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.submit('a2');
  proposing.nack('1.a', '2.c');
  t.false(proposing.proposer.engaged);
  proposing.world.alive.delete('c');
  t.deepEqual(proposing.submit('b1'), ['to a: prepare 3.a'], 'a ballot of its own above the other');
});

for (const [refused, promised] of [
  ['1.a', '1.a'],
  ['1.a', '0.c'],
  ['0.a', '2.c'],
] as const) {
  test(`a nack of ${refused} with the promise ${promised} does not end the ballot 1.a`, (t) => {
    const proposing = Proposing.holding('a1', 'b', 'c');
    proposing.submit('a2');
    const { known } = proposing;
    const { highest } = known;
    t.deepEqual(proposing.nack(refused, promised), []);
    known.highest = highest;
    proposing.accepted('a', '1.a/2');
    t.is(proposing.accepted('b', '1.a/2')[0], 'to a: counted as number 2, slot 2');
  });
}

test('waiting batches and reads go to the new holder if it is alive', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.submit('a2');
  proposing.submit('b1');
  proposing.carry('c', 7);
  t.deepEqual(proposing.nack('1.a', '2.c'), [
    'to c: submit a2, holder 2.c',
    'to c: submit b1, holder 2.c',
    'to c: carry round 1.7 of c at 9.z/9, holder 2.c',
  ]);
  t.false(proposing.proposer.busy, 'they wait there now');
});

test('reads that ride on the accept that was refused ride on', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.carry('b', 3);
  t.deepEqual(proposing.nack('1.a', '2.c'), ['to c: carry round 1.3 of b at 9.z/9, holder 2.c']);
});

test('of two reads of one reader, the later round rides on', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.carry('b', 3);
  proposing.carry('b', 4);
  t.deepEqual(proposing.nack('1.a', '2.c'), ['to c: carry round 1.4 of b at 9.z/9, holder 2.c']);
});

test('if the new holder is not alive: phase 1 again after a pause, with all that waited', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.submit('a2');
  proposing.submit('b1');
  proposing.carry('b', 3);
  proposing.world.alive.delete('c');
  t.deepEqual(proposing.nack('1.a', '2.c'), []);
  const pause = proposing.proposer.alarm ?? 0;
  t.true(pause > 0);
  t.deepEqual(proposing.submit('b2'), [], 'what arrives meanwhile waits with it');
  t.deepEqual(proposing.tickAt(pause - 1), []);
  t.deepEqual(proposing.tickAt(pause), ['to a: prepare 3.a']);
  proposing.promise('a', '3.a', '1.a/2 a1 a2');
  t.is(
    proposing.promise('b', '3.a')[0],
    'to a: accept 3.a/3 = [a1 a2 b2]',
    'b2 stands for b1: b submits a batch only when the one before it is counted',
  );
});

/** How long it pauses after each of so many defeats in a row by a holder that is not alive. */
function pauses(defeats: number, dice: number): number[] {
  const proposing = new Proposing('a', 'b', 'c');
  const { world } = proposing;
  world.dice = dice;
  world.alive.delete('c');
  proposing.submit('a1');
  let round = 1;
  return Array.from({ length: defeats }, () => {
    proposing.nack(`${round}.a`, `${round + 1}.c`);
    const until = proposing.proposer.alarm ?? world.now;
    const pause = until - world.now;
    proposing.tickAt(until);
    round += 2;
    return pause;
  });
}

test('the pause is random, growing and bounded', (t) => {
  const [least, most] = [pauses(12, 0), pauses(12, 0.999_999)];
  most.forEach((pause, defeats) => {
    const ceiling = Math.min(MAX_PAUSE, MIN_PAUSE * 2 ** defeats);
    t.is(pause, ceiling);
    t.is(least[defeats], Math.ceil(ceiling / 2));
  });
  t.is(most.at(-1), MAX_PAUSE);
});

test('a chosen vote makes the next pause short again', (t) => {
  const proposing = new Proposing('a', 'b', 'c');
  proposing.world.alive.delete('c');
  proposing.world.dice = 0.999_999;
  proposing.submit('a1');
  proposing.nack('1.a', '2.c');
  proposing.tickAt(proposing.proposer.alarm ?? 0);
  proposing.promise('a', '3.a');
  proposing.promise('b', '3.a');
  proposing.submit('a2');
  proposing.accepted('a', '3.a/1');
  proposing.accepted('b', '3.a/1');
  proposing.nack('3.a', '4.c');
  t.is((proposing.proposer.alarm ?? 0) - proposing.world.now, MIN_PAUSE);
});

test('who pauses without work is not woken for it', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.world.alive.delete('c');
  proposing.nack('1.a', '2.c');
  t.is(proposing.proposer.alarm, null);
  t.deepEqual(proposing.tickAt(1_000), []);
});

test('who hears of a higher ballot proposes nothing new, and lets the accept under way end', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.submit('a2');
  proposing.see('2.c');
  t.true(proposing.proposer.engaged);
  proposing.submit('b1');
  proposing.accepted('a', '1.a/2');
  t.deepEqual(proposing.accepted('b', '1.a/2'), [
    'to a: counted as number 2, slot 2',
    'to a: learn 1.a/2 = [a1 a2]',
    'to b, at leisure: chosen 1.a/2',
    'to c, at leisure: chosen 1.a/2',
    'to c: submit b1, holder 2.c',
  ]);
  t.false(proposing.proposer.engaged);
});

test('who holds an overtaken ballot and has nothing under way does not take work on as its own', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  t.true(proposing.proposer.engaged);
  proposing.see('2.c');
  t.false(proposing.proposer.engaged);
  t.deepEqual(proposing.submit('a2'), ['to c: submit a2, holder 2.c'], 'nor does it propose what reaches it');
});

test('whatever an accept’s outcome was, its batches stay waiting until a chosen state counts them', (t) => {
  const proposing = Proposing.holding('a1', 'b', 'c');
  proposing.submit('b1');
  proposing.world.alive.delete('c');
  proposing.nack('1.a', '2.c');
  proposing.tickAt(proposing.proposer.alarm ?? 0);
  proposing.promise('a', '3.a', '1.a/1 a1');
  t.is(proposing.promise('b', '3.a', '2.c/2 a1 c1')[0], 'to a: accept 3.a/3 = [a1 c1 b1]');
  proposing.nack('3.a', '4.c');
  proposing.tickAt(proposing.proposer.alarm ?? 0);
  proposing.promise('a', '5.a', '3.a/3 a1 c1 b1');
  t.is(proposing.promise('b', '5.a', '3.a/3 a1 c1 b1')[0], 'to a: accept 5.a/4 = [a1 c1 b1]');
  t.true(proposing.proposer.busy);
  proposing.accepted('a', '5.a/4');
  t.is(proposing.accepted('b', '5.a/4')[0], 'to b: counted as number 3, slot 4');
  t.false(proposing.proposer.busy);
});
