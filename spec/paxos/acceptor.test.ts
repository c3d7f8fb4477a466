import test from 'ava';
import fc from 'fast-check';
import { Acceptor, type AcceptorInput, type AcceptorVerdict } from '../../src/paxos/acceptor.ts';
import { type Ballot, compareBallots, compareVotes, type Vote } from '../../src/paxos/ballot.ts';
import { ballot, type Note, vote } from './notes.ts';
import { holds } from './properties.ts';

/** What is in the message: a prepare of this ballot, or an accept of this vote. */
const asked = vote('5.c/3 a1 b1');

/** The acceptor's promise, seen from the message's ballot. */
const promises = {
  none: null,
  'of a lower round': ballot('4.d'),
  'of the same round, by a lower actor': ballot('5.b'),
  'of the same ballot': ballot('5.c'),
  'of the same round, by a higher actor': ballot('5.d'),
  'of a higher round': ballot('6.b'),
};

/** The acceptor's vote, seen from the message's; slots that a comparison of slots first would get wrong. */
const votes = {
  none: null,
  'of a lower ballot': vote('3.d/9 a1'),
  'of the same round, by a lower actor': vote('5.b/9 a1'),
  'of the same ballot, in a lower slot': vote('5.c/2 a1'),
  'the same': vote('5.c/3 a1 b1'),
  'of the same ballot, in a higher slot': vote('5.c/4 a1 b1 c1'),
  'of the same round, by a higher actor': vote('5.d/1 a1'),
  'of a higher ballot': vote('6.b/1 a1'),
};

interface Outcome {
  readonly verdict: AcceptorVerdict;
  readonly promise: 'kept' | 'of the message';
  readonly vote: 'kept' | 'of the message';
}

const PROMISED: Outcome = { verdict: 'promised', promise: 'of the message', vote: 'kept' };
const ACCEPTED: Outcome = { verdict: 'accepted', promise: 'of the message', vote: 'of the message' };
const REPEATED: Outcome = { verdict: 'repeated', promise: 'kept', vote: 'kept' };
const REFUSED: Outcome = { verdict: 'refused', promise: 'kept', vote: 'kept' };

interface Cell {
  readonly prepare: Outcome;
  readonly accept: Outcome;
}

/** A vote in a ballot is a promise of that ballot: no acceptor has a vote above its promise. */
const UNREACHABLE = 'unreachable';

const below: Cell = { prepare: PROMISED, accept: ACCEPTED };
const above: Cell = { prepare: REFUSED, accept: REFUSED };

/** One line for each promise, one cell for each vote. A missing cell does not compile. */
const table: Record<keyof typeof promises, Record<keyof typeof votes, Cell | typeof UNREACHABLE>> = {
  none: {
    none: below,
    'of a lower ballot': UNREACHABLE,
    'of the same round, by a lower actor': UNREACHABLE,
    'of the same ballot, in a lower slot': UNREACHABLE,
    'the same': UNREACHABLE,
    'of the same ballot, in a higher slot': UNREACHABLE,
    'of the same round, by a higher actor': UNREACHABLE,
    'of a higher ballot': UNREACHABLE,
  },
  'of a lower round': {
    none: below,
    'of a lower ballot': below,
    'of the same round, by a lower actor': UNREACHABLE,
    'of the same ballot, in a lower slot': UNREACHABLE,
    'the same': UNREACHABLE,
    'of the same ballot, in a higher slot': UNREACHABLE,
    'of the same round, by a higher actor': UNREACHABLE,
    'of a higher ballot': UNREACHABLE,
  },
  'of the same round, by a lower actor': {
    none: below,
    'of a lower ballot': below,
    'of the same round, by a lower actor': below,
    'of the same ballot, in a lower slot': UNREACHABLE,
    'the same': UNREACHABLE,
    'of the same ballot, in a higher slot': UNREACHABLE,
    'of the same round, by a higher actor': UNREACHABLE,
    'of a higher ballot': UNREACHABLE,
  },
  'of the same ballot': {
    none: { prepare: REPEATED, accept: ACCEPTED },
    'of a lower ballot': { prepare: REPEATED, accept: ACCEPTED },
    'of the same round, by a lower actor': { prepare: REPEATED, accept: ACCEPTED },
    'of the same ballot, in a lower slot': { prepare: REPEATED, accept: ACCEPTED },
    'the same': { prepare: REPEATED, accept: REPEATED },
    'of the same ballot, in a higher slot': { prepare: REPEATED, accept: REFUSED },
    'of the same round, by a higher actor': UNREACHABLE,
    'of a higher ballot': UNREACHABLE,
  },
  'of the same round, by a higher actor': {
    none: above,
    'of a lower ballot': above,
    'of the same round, by a lower actor': above,
    'of the same ballot, in a lower slot': above,
    'the same': above,
    'of the same ballot, in a higher slot': above,
    'of the same round, by a higher actor': above,
    'of a higher ballot': UNREACHABLE,
  },
  'of a higher round': {
    none: above,
    'of a lower ballot': above,
    'of the same round, by a lower actor': above,
    'of the same ballot, in a lower slot': above,
    'the same': above,
    'of the same ballot, in a higher slot': above,
    'of the same round, by a higher actor': above,
    'of a higher ballot': above,
  },
};

function keys<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(record) as K[];
}

const cells = keys(promises).flatMap((promiseIs) =>
  keys(votes).map((voteIs) => ({ promiseIs, voteIs, cell: table[promiseIs][voteIs] })),
);

for (const { promiseIs, voteIs, cell } of cells) {
  if (cell === UNREACHABLE) continue;
  for (const type of keys(cell)) {
    const expected = cell[type];
    test(`${type}; promise ${promiseIs}; vote ${voteIs}: ${expected.verdict}`, (t) => {
      const acceptor = new Acceptor(promises[promiseIs], votes[voteIs]);
      const input: AcceptorInput<readonly Note[]> =
        type === 'prepare' ? { type, ballot: asked.ballot } : { type, vote: asked };
      t.is(acceptor.step(input), expected.verdict);
      t.deepEqual(acceptor.promise, expected.promise === 'kept' ? promises[promiseIs] : asked.ballot);
      t.deepEqual(acceptor.vote, expected.vote === 'kept' ? votes[voteIs] : asked);
    });
  }
}

test('the cells that cannot be reached are those with a vote above the promise', (t) => {
  for (const { promiseIs, voteIs, cell } of cells) {
    const isAbove = compareBallots(votes[voteIs]?.ballot ?? null, promises[promiseIs]) > 0;
    t.is(cell === UNREACHABLE, isAbove, `promise ${promiseIs}, vote ${voteIs}`);
  }
});

const someBallot = fc.record({ round: fc.nat(3), actor: fc.constantFrom('a', 'b') });
const someInput: fc.Arbitrary<AcceptorInput<readonly Note[]>> = fc.oneof(
  fc.record({ type: fc.constant('prepare'), ballot: someBallot }),
  fc.record({
    type: fc.constant('accept'),
    vote: fc.record({ ballot: someBallot, slot: fc.nat(3), state: fc.constant([]) }),
  }),
);

test('whatever it is sent: its promise and its vote never go down, and no vote is above its promise', (t) => {
  holds(
    fc.property(fc.array(someInput), (inputs) => {
      const acceptor = new Acceptor<readonly Note[]>(null, null);
      let [promise, own]: [Ballot | null, Vote<readonly Note[]> | null] = [null, null];
      for (const input of inputs) {
        acceptor.step(input);
        t.true(compareBallots(acceptor.promise, promise) >= 0);
        t.true(compareVotes(acceptor.vote, own) >= 0);
        t.true(compareBallots(acceptor.promise, acceptor.vote?.ballot ?? null) >= 0);
        [promise, own] = [acceptor.promise, acceptor.vote];
      }
    }),
  );
});

// Paxos Made Simple, P1a, of those votes that an acceptor has not gone beyond yet.
test('P1a: it accepts a vote if and only if it has not promised a higher ballot', (t) => {
  holds(
    fc.property(fc.array(someInput), (inputs) => {
      const acceptor = new Acceptor<readonly Note[]>(null, null);
      const promised: Ballot[] = [];
      for (const input of inputs) {
        const isNews = input.type === 'accept' && compareVotes(input.vote, acceptor.vote) > 0;
        const verdict = acceptor.step(input);
        if (isNews) {
          const mayAccept = promised.every((other) => compareBallots(other, input.vote.ballot) <= 0);
          t.is(verdict, mayAccept ? 'accepted' : 'refused');
        }
        if (verdict === 'promised' && input.type === 'prepare') promised.push(input.ballot);
        if (verdict === 'accepted' && input.type === 'accept') promised.push(input.vote.ballot);
      }
    }),
  );
});
