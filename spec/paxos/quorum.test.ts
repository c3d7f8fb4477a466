import test from 'ava';
import { majority, type Tally, tally } from '../../src/paxos/quorum.ts';

const actors = (size: number) => Array.from({ length: size }, (_, i) => `10.0.0.${i + 1}`);

test('any two majorities share an actor, and no smaller number has that', (t) => {
  for (let size = 1; size <= 128; size += 1) {
    t.true(2 * majority(size) > size, `${size} actors`);
    t.true(2 * (majority(size) - 1) <= size, `${size} actors`);
  }
});

/** Every way in which `voters` can have said yes, no, or nothing yet. */
function* votings(voters: readonly string[]): Generator<{ yes: Set<string>; no: Set<string> }> {
  const [first, ...rest] = voters;
  if (first === undefined) {
    yield { yes: new Set(), no: new Set() };
    return;
  }
  for (const { yes, no } of votings(rest)) {
    yield { yes, no };
    yield { yes: new Set(yes).add(first), no };
    yield { yes, no: new Set(no).add(first) };
  }
}

/** The definition: reached now; reached if all that are silent said yes; or neither. */
function defined(size: number, yes: number, no: number): Tally {
  if (yes > size / 2) return 'reached';
  return size - no > size / 2 ? 'pending' : 'impossible';
}

for (let size = 1; size <= 6; size += 1) {
  test(`a majority of ${size} is reached, impossible or pending, for every voting`, (t) => {
    const seen = new Set<Tally>();
    for (const { yes, no } of votings(actors(size))) {
      const told = tally(actors(size), yes, no);
      t.is(told, defined(size, yes.size, no.size), `${[...yes]} yes, ${[...no]} no`);
      seen.add(told);
    }
    t.deepEqual([...seen].sort(), ['impossible', 'pending', 'reached']);
  });
}

test('who is no actor of the cluster has no vote', (t) => {
  t.is(tally(actors(3), new Set(['10.0.0.1', '10.9.9.9', '10.9.9.8']), new Set()), 'pending');
  t.is(tally(actors(3), new Set(), new Set(['10.9.9.9', '10.9.9.8'])), 'pending');
});
