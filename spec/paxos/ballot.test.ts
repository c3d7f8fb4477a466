import test from 'ava';
import fc from 'fast-check';
import {
  type Ballot,
  compareBallots,
  compareVotes,
  highestBallot,
  highestVote,
  type VoteId,
} from '../../src/paxos/ballot.ts';
import { ballot, vote } from './notes.ts';
import { holds } from './properties.ts';

/** Few rounds, slots and actors, so that equal ones are frequent. */
const someBallot: fc.Arbitrary<Ballot> = fc.record({
  round: fc.nat(3),
  actor: fc.constantFrom('10.0.0.1', '10.0.0.1:7778', '10.0.0.2'),
});
const maybeBallot = fc.option(someBallot);
const maybeVote: fc.Arbitrary<VoteId | null> = fc.option(fc.record({ ballot: someBallot, slot: fc.nat(3) }));

function isTotalOrder<T>(
  some: fc.Arbitrary<T>,
  compare: (a: T, b: T) => number,
  isSame: (a: T, b: T) => boolean,
) {
  holds(
    fc.property(some, some, some, (a, b, c) => {
      const [ab, bc, ac] = [compare(a, b), compare(b, c), compare(a, c)];
      const isAntisymmetric = Math.sign(ab) + Math.sign(compare(b, a)) === 0;
      const isTransitive = ab > 0 || bc > 0 || (ac <= 0 && (ab === 0 && bc === 0) === (ac === 0));
      return isAntisymmetric && isTransitive && (ab === 0) === isSame(a, b);
    }),
    2_000,
  );
}

const sameBallot = (a: Ballot | null, b: Ballot | null) => a?.round === b?.round && a?.actor === b?.actor;

test('ballots are in a total order, and only a ballot equals itself', (t) => {
  isTotalOrder(maybeBallot, compareBallots, sameBallot);
  t.pass();
});

test('votes are in a total order, and only the same slot of the same ballot is equal', (t) => {
  isTotalOrder(
    maybeVote,
    compareVotes,
    (a, b) => sameBallot(a?.ballot ?? null, b?.ballot ?? null) && a?.slot === b?.slot,
  );
  t.pass();
});

test('ballots are ordered by round, then actor', (t) => {
  t.true(compareBallots(ballot('2.a'), ballot('1.b')) > 0);
  t.true(compareBallots(ballot('10.a'), ballot('9.a')) > 0, 'as numbers, not as text');
  t.true(compareBallots(ballot('2.b'), ballot('2.a')) > 0);
  t.is(compareBallots(ballot('2.b'), ballot('2.b')), 0);
});

test('votes are ordered by ballot, then slot', (t) => {
  t.true(compareVotes(vote('2.a/1'), vote('1.b/9')) > 0);
  t.true(compareVotes(vote('2.b/1'), vote('2.a/9')) > 0);
  t.true(compareVotes(vote('2.a/10'), vote('2.a/9')) > 0);
});

test('none is below every ballot and every vote', (t) => {
  t.true(compareBallots(null, ballot('0.a')) < 0);
  t.true(compareBallots(ballot('0.a'), null) > 0);
  t.true(compareVotes(null, vote('0.a/0')) < 0);
  t.true(compareVotes(vote('0.a/0'), null) > 0);
  t.is(compareBallots(null, null), 0);
  t.is(compareVotes(null, null), 0);
});

test('the highest is at or above every other, in whatever order they come', (t) => {
  holds(
    fc.property(fc.array(maybeBallot), fc.array(maybeVote), (ballots, votes) => {
      const [ballotOnTop, voteOnTop] = [highestBallot(...ballots), highestVote(votes)];
      t.true(ballots.every((other) => compareBallots(ballotOnTop, other) >= 0));
      t.true(votes.every((other) => compareVotes(voteOnTop, other) >= 0));
      t.true(ballotOnTop === null || ballots.includes(ballotOnTop));
      t.true(voteOnTop === null || votes.includes(voteOnTop));
    }),
  );
});
