import test from 'ava';
import fc from 'fast-check';
import { byName } from '../../src/codec/actor-list.ts';
import { Reader, type Writer } from '../../src/codec/bytes.ts';
import { MalformedError } from '../../src/codec/malformed.ts';
import * as codec from '../../src/codec/protocol.ts';
import * as arbitrary from './arbitraries.ts';
import { fields, written } from './written.ts';

type Encode<T> = (to: Writer, value: T, actors: typeof byName) => void;
type Decode<T> = (from: Reader, actors: typeof byName) => T;

function roundTrip<T>(title: string, values: fc.Arbitrary<T>, encode: Encode<T>, decode: Decode<T>): void {
  test(`${title}: what is decoded is what was encoded, and nothing else is read`, (t) => {
    fc.assert(
      fc.property(values, (value) => {
        const from = new Reader(written((to) => encode(to, value, byName)));
        t.deepEqual(decode(from, byName), value);
        t.true(from.isAtEnd);
      }),
    );
  });

  test(`${title}: what is not one is malformed, never misread`, (t) => {
    fc.assert(
      fc.property(fc.uint8Array(), (given) => {
        const bytes = Buffer.from(given);
        try {
          const value = decode(new Reader(bytes), byName);
          const again = written((to) => encode(to, value, byName));
          t.deepEqual(bytes.subarray(0, again.length), again);
        } catch (error) {
          t.true(error instanceof MalformedError, String(error));
        }
      }),
    );
  });
}

roundTrip('ballot', arbitrary.ballot, codec.encodeBallot, codec.decodeBallot);
roundTrip('ballot and slot', arbitrary.voteId, codec.encodeVoteId, codec.decodeVoteId);
roundTrip('vote', arbitrary.vote, codec.encodeVote, codec.decodeVote);
roundTrip('state', arbitrary.state, codec.encodeState, codec.decodeState);
roundTrip('number of a batch', arbitrary.batchNumber, codec.encodeNumber, codec.decodeNumber);
roundTrip('batch counted', arbitrary.counted, codec.encodeCounted, codec.decodeCounted);
roundTrip('batch', arbitrary.batch, codec.encodeBatch, codec.decodeBatch);
roundTrip('read round', arbitrary.batchNumber, codec.encodeRound, codec.decodeRound);

for (const [what, decode, encoded, message] of [
  [
    'an actor that is in no list',
    codec.decodeBallot,
    fields(1, 10),
    /^actor of a ballot: .* list of 0, found 10$/,
  ],
  ['half a ballot', codec.decodeBallot, fields(1), /^actor of a ballot: expected more bytes/],
  ['half an origin', codec.decodeState, fields(2, 1, 0, 'a', 1), /^sequence of a batch: expected more bytes/],
  [
    'an origin less than said',
    codec.decodeState,
    fields(2, 2, 0, 'a', 1, 1, 2),
    /^origin of a state: expected more/,
  ],
  [
    'an origin twice',
    codec.decodeState,
    fields(4, 2, 0, 'a', 1, 1, 2, 0, 'a', 1, 2, 4),
    /^origins of a state: expected each origin once, found "a"$/,
  ],
  [
    'more origins than a cluster has actors',
    codec.decodeState,
    fields(4, 129, ...Array.from({ length: 129 }, (_, at) => [0, `actor ${at}`, 1, 1, 2]).flat()),
    /^origins of a state: expected at most 128, found 129$/,
  ],
  [
    'a batch without an amount',
    codec.decodeBatch,
    fields(0, 'a', 1, 1),
    /^amount of a batch: expected more bytes/,
  ],
  ['nothing', codec.decodeVote, fields(), /^round of a ballot: expected more bytes/],
] as const) {
  test(`${what} is malformed, and the error says where`, (t) => {
    t.throws(() => decode(new Reader(encoded), byName), { instanceOf: MalformedError, message });
  });
}
