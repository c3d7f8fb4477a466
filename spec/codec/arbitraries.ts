/** Whatever the protocol's words can be, and more. */

import fc from 'fast-check';
import type { Batch, BatchNumber, Counted, CounterState } from '../../src/counter/state.ts';
import type { Ballot, Vote, VoteId } from '../../src/paxos/ballot.ts';
import { originsOf } from '../counter/origins.ts';

export const natural = fc.oneof(fc.nat(), fc.maxSafeNat());

const digits = 10n ** 3_000n;
const edges = [2n ** 52n, 2n ** 53n, 2n ** 56n];

/** Around where its form changes, and up to thousands of digits. */
export const integer = fc.oneof(
  fc.bigInt({ min: 0n, max: 1_000n }),
  ...edges.map((edge) => fc.bigInt({ min: edge - 3n, max: edge + 3n })),
  fc.bigInt({ min: 0n, max: digits }),
);

export const actor = fc.oneof(fc.ipV4(), fc.string({ unit: 'grapheme' }), fc.constant('__proto__'));

export const ballot: fc.Arbitrary<Ballot> = fc.record({ round: natural, actor });
export const voteId: fc.Arbitrary<VoteId> = fc.record({ ballot, slot: natural });
export const batchNumber: fc.Arbitrary<BatchNumber> = fc.record({ incarnation: natural, sequence: natural });
export const counted: fc.Arbitrary<Counted> = fc.record({ number: batchNumber, total: integer });
export const batch: fc.Arbitrary<Batch> = fc.record({ origin: actor, number: batchNumber, amount: integer });
export const state: fc.Arbitrary<CounterState> = fc.record({
  total: integer,
  origins: fc.array(fc.tuple(actor, counted), { maxLength: 20 }).map(originsOf),
});
export const vote: fc.Arbitrary<Vote<CounterState>> = fc.record({ ballot, slot: natural, state });
