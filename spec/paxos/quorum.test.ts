import test from 'ava';
import { isMajority, majority } from '../../src/paxos/quorum.ts';

const actors = (size: number) => Array.from({ length: size }, (_, i) => `10.0.0.${i + 1}`);

test('any two majorities share an actor, and no smaller number has that', (t) => {
  for (let size = 1; size <= 128; size += 1) {
    t.true(2 * majority(size) > size, `${size} actors`);
    t.true(2 * (majority(size) - 1) <= size, `${size} actors`);
  }
});

/** Every way in which `voters` can have said yes or nothing yet. */
function* votings(voters: readonly string[]): Generator<Set<string>> {
  const [first, ...rest] = voters;
  if (first === undefined) {
    yield new Set();
    return;
  }
  for (const yes of votings(rest)) {
    yield yes;
    yield new Set(yes).add(first);
  }
}

test('more than half of the actors are a majority, for every voting', (t) => {
  for (let size = 1; size <= 7; size += 1) {
    for (const yes of votings(actors(size))) {
      t.is(isMajority(actors(size), [...yes]), yes.size > size / 2, `${[...yes]} of ${size}`);
    }
  }
});

test('who is no actor of the cluster has no vote', (t) => {
  t.false(isMajority(actors(3), ['10.0.0.1', '10.9.9.9', '10.9.9.8']));
});
