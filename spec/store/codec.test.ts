import test from 'ava';
import fc from 'fast-check';
import { byName } from '../../src/codec/actor-list.ts';
import type { CounterRegister, Membership } from '../../src/runtime/ports.ts';
import {
  actorRecords,
  backlogRecords,
  changeRecords,
  counterRecords,
  decodeContent,
  decodeRecord,
  encodeContent,
  encodeRecord,
  type RecordFormat,
} from '../../src/store/codec.ts';
import { CorruptStoreError } from '../../src/store/errors.ts';
import { Places } from '../../src/store/places.ts';
import { actor, ballot, batchNumber, integer, natural, vote } from '../codec/arbitraries.ts';
import { fields } from '../codec/written.ts';
import { chosen, vote as sampleVote } from './samples.ts';

function roundTrip<V>(title: string, format: RecordFormat<V>, values: fc.Arbitrary<V>): void {
  test(`${title}: what is decoded is what was encoded`, (t) => {
    fc.assert(
      fc.property(values, fc.string(), (value, key) => {
        const record = encodeRecord(key, encodeContent(format, value));
        t.deepEqual(
          decodeRecord('file', key, record, (from) => format.decode(from)),
          value,
        );
      }),
    );
  });
}

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const register: fc.Arbitrary<CounterRegister> = fc.oneof(
  fc.record({ promise: orNull(ballot), vote: orNull(vote), mark: orNull(vote) }),
  fc.record({ promise: ballot, vote }).map((voted) => ({ ...voted, mark: voted.vote })),
);
const recordedBatch = fc.record({ number: batchNumber, amount: integer });
const membership: fc.Arbitrary<Membership> = fc.record({
  actors: fc.array(actor),
  self: actor,
  peers: fc
    .array(fc.tuple(actor, fc.record({ identity: fc.uuid(), since: natural })))
    .map((peers) => Object.fromEntries(peers)),
});

for (const [names, actors] of Object.entries({ byName, 'by places': new Places() })) {
  roundTrip(`counter, ${names}`, counterRecords(actors), fc.record({ register, change: natural }));
}
const counterOf = counterRecords(byName);

roundTrip('change', changeRecords, fc.string());
roundTrip(
  'backlog',
  backlogRecords,
  fc.record({ sealed: orNull(recordedBatch), open: orNull(recordedBatch) }),
);
roundTrip(
  'actor',
  actorRecords,
  fc.record({ identity: fc.uuid(), incarnation: natural, membership: orNull(membership) }),
);

test('a mark that is the vote costs no second state, and is the same object again', (t) => {
  const bytes = (register: CounterRegister) => encodeContent(counterOf, { register, change: 1 });
  const same = bytes(chosen(5));
  t.true(same.length < bytes({ ...chosen(5), mark: sampleVote(4) }).length - 20);
  const { register } = decodeContent('file', 'k', same, (from) => counterOf.decode(from));
  t.is(register.mark, register.vote);
});

const record = encodeRecord('registers/hits', encodeContent(counterOf, { register: chosen(5), change: 1 }));
const decode = (key: string, bytes: Buffer) =>
  decodeRecord('quorate.mdb', key, bytes, (from) => counterOf.decode(from));

test('any flipped bit is found, and the error names file and key', (t) => {
  for (let bit = 0; bit < record.length * 8; bit += 1) {
    const flipped = Buffer.from(record);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const error = t.throws(() => decode('registers/hits', flipped), { instanceOf: CorruptStoreError });
    t.deepEqual([error.file, error.key], ['quorate.mdb', 'registers/hits']);
    t.regex(
      error.message,
      /quorate\.mdb: the record registers\/hits is damaged: its checksum does not match/,
    );
  }
});

test('a record that was cut off is found', (t) => {
  for (let length = 0; length < record.length; length += 1) {
    t.throws(() => decode('registers/hits', record.subarray(0, length)), { instanceOf: CorruptStoreError });
  }
});

test("another key's record is found", (t) => {
  t.throws(() => decode('registers/miss', record), { instanceOf: CorruptStoreError });
});

for (const [what, content, cause] of [
  ['of other content', fields(7, 'not a counter'), /vote: expected a whole number below 2, found 7/],
  ['that says too little', fields(0, 0, 0), /change of a mark: expected more bytes/],
  ['that says too much', fields(0, 0, 0, 1, 1), /record: expected its end, found "more bytes"/],
  ['of a promise that is that of no vote', fields(0, 1, 0, 1), /promise: expected a vote, as it is the same/],
  ['of a mark that is no vote', fields(0, 0, 1, 1), /mark: expected a vote, as it is the same, found null/],
] as const) {
  test(`a whole record ${what} is found, and the cause tells what is wrong with it`, (t) => {
    const other = encodeRecord('registers/hits', content);
    const error = t.throws(() => decode('registers/hits', other), { instanceOf: CorruptStoreError });
    t.regex(String(error.cause), cause);
  });
}
