import test from 'ava';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { byName } from '../../src/codec/actor-list.ts';
import { decodeFields, decodeInteger, encodeInteger, MalformedError } from '../../src/codec/plain.ts';
import * as codec from '../../src/codec/protocol.ts';
import * as arbitrary from './arbitraries.ts';

const messagePack = new Packr({ useRecords: false });

function roundTrip<T>(
  title: string,
  values: fc.Arbitrary<T>,
  encode: (value: T) => unknown,
  decode: (encoded: unknown) => T,
): void {
  test(`${title}: what is decoded is what was encoded`, (t) => {
    fc.assert(
      fc.property(values, (value) => {
        t.deepEqual(decode(messagePack.unpack(messagePack.pack(encode(value)))), value);
      }),
    );
  });

  test(`${title}: what is not one is malformed, never misread`, (t) => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(fc.anything()), fc.array(fc.nat())), (encoded) => {
        try {
          // What is accepted must be one, and then encoding it is possible.
          encode(decode(encoded));
        } catch (error) {
          t.true(error instanceof MalformedError, String(error));
        }
      }),
    );
  });
}

roundTrip('integer', arbitrary.integer, encodeInteger, (encoded) => decodeInteger(encoded, 'integer'));
roundTrip('ballot', arbitrary.ballot, codec.encodeBallot, codec.decodeBallot);
roundTrip('ballot and slot', arbitrary.voteId, codec.encodeVoteId, codec.decodeVoteId);
roundTrip('vote', arbitrary.vote, codec.encodeVote, codec.decodeVote);
roundTrip('state', arbitrary.state, codec.encodeState, codec.decodeState);
roundTrip('number of a batch', arbitrary.batchNumber, codec.encodeNumber, codec.decodeNumber);
roundTrip(
  'batch counted',
  arbitrary.counted,
  ({ number, total }) => [number.incarnation, number.sequence, encodeInteger(total)],
  (encoded) => codec.countedAt(decodeFields(encoded, 3, 'batch counted'), 0),
);
roundTrip(
  'batch',
  arbitrary.batch,
  ({ origin, number, amount }) => [origin, number.incarnation, number.sequence, encodeInteger(amount)],
  decodeBatch,
);
roundTrip(
  'read round',
  arbitrary.batchNumber,
  ({ incarnation, sequence }) => [incarnation, sequence],
  (encoded) => codec.roundAt(decodeFields(encoded, 2, 'read round'), 0),
);

function decodeBatch(encoded: unknown) {
  return codec.batchAt(decodeFields(encoded, 4, 'batch'), 0, byName);
}

test('an integer is a number as long as that is exact', (t) => {
  t.is(encodeInteger(2n ** 53n - 1n), Number.MAX_SAFE_INTEGER);
  t.is(encodeInteger(2n ** 53n), '20000000000000');
  t.is(encodeInteger(-(2n ** 53n)), '-20000000000000');
});

for (const [what, decode, encoded, message] of [
  ['a negative round', codec.decodeBallot, [-1, '10.0.0.1'], /round of a ballot: .* found -1/],
  ['a broken slot', codec.decodeVoteId, [1, '10.0.0.1', 1.5], /slot of a vote: .* found 1.5/],
  ['an inexact sequence', codec.decodeNumber, [1, 2 ** 53], /sequence of a batch: .* 2\^53 - 1/],
  [
    'an actor that is no string',
    codec.decodeBallot,
    [1, 10],
    /actor of a ballot: expected a string .*, found 10/,
  ],
  [
    'a field too many',
    codec.decodeBallot,
    [1, 'a', 2],
    /ballot: expected an array of 2, found an array of 3/,
  ],
  ['half an origin', codec.decodeState, [1, 'a', 1], /state: expected a total and four fields an origin/],
  ['an origin twice', codec.decodeState, [2, 'a', 1, 1, 1, 'a', 1, 2, 2], /each origin once, found "a"/],
  ['an amount in words', decodeBatch, ['a', 1, 1, 'many'], /amount of a batch: .* found "many"/],
  ['an amount that is no number', decodeBatch, ['a', 1, 1, Number.NaN], /amount of a batch: .* found NaN/],
  ['nothing', codec.decodeVote, undefined, /vote: expected an array of 4, found undefined/],
] as const) {
  test(`${what} is malformed, and the error says where`, (t) => {
    t.throws(() => decode(encoded), { instanceOf: MalformedError, message });
  });
}
