import test from 'ava';
import { LATE_FOR } from '../../src/limits.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import { ActorSurroundings } from '../../src/runtime/surroundings.ts';

function surroundingsOf(self: Actor, actors: readonly Actor[], alive: readonly Actor[]): ActorSurroundings {
  const surroundings = new ActorSurroundings({
    membership: { self, actors, peers: {} },
    incarnation: 1,
    random: () => 0,
    minority: 'accept',
    commitTimeout: 100,
    inCompany: () => false,
  });
  for (const actor of alive) surroundings.alive.add(actor);
  return surroundings;
}

const THREE = ['a', 'b', 'c'];
const FIVE = ['a', 'b', 'c', 'd', 'e'];

test('a quorum is this actor and those that follow it, up to a majority', (t) => {
  for (const [self, actors, quorum] of [
    ['a', ['a'], 'a'],
    ['a', ['a', 'b'], 'ab'],
    ['a', THREE, 'ab'],
    ['b', THREE, 'bc'],
    ['c', THREE, 'ca'],
    ['d', FIVE, 'dea'],
    ['a', ['a', 'b', 'c', 'd'], 'abc'],
  ] as const) {
    t.is(surroundingsOf(self, actors, actors).quorum.join(''), quorum);
  }
});

test('while some actor is suspected, all are asked', (t) => {
  t.is(surroundingsOf('c', FIVE, ['a', 'b', 'd']).quorum.join(''), 'abcde');
});

test('who was late with a vote is asked after the others for a while; if this actor was, one more is asked', (t) => {
  const surroundings = surroundingsOf('a', THREE, THREE);
  surroundings.late('b');
  t.is(surroundings.quorum.join(''), 'ac');
  surroundings.late('c');
  t.is(surroundings.quorum.join(''), 'ab', 'both were');
  surroundings.now = LATE_FOR - 1;
  surroundings.late('c');
  surroundings.late('a');
  t.is(surroundings.quorum.join(''), 'abc');
  surroundings.now = LATE_FOR;
  t.is(surroundings.quorum.join(''), 'abc');
  surroundings.now = 2 * LATE_FOR;
  t.is(surroundings.quorum.join(''), 'ab');
});
