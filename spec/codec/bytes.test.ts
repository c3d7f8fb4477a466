import test from 'ava';
import fc from 'fast-check';
import { Reader, Writer } from '../../src/codec/bytes.ts';
import { MalformedError } from '../../src/codec/malformed.ts';
import { integer, natural } from './arbitraries.ts';
import { written } from './written.ts';

type Field =
  | { readonly type: 'natural'; readonly value: number }
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: Buffer }
  | { readonly type: 'optional'; readonly value: number | null }
  | { readonly type: 'list'; readonly value: readonly number[] };

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'binary-ascii', minLength: 60, maxLength: 70 }),
  fc.string({ unit: 'grapheme', minLength: 1_000, maxLength: 100_000 }),
);
const field: fc.Arbitrary<Field> = fc.oneof(
  fc.record({ type: fc.constant<'natural'>('natural'), value: natural }),
  fc.record({ type: fc.constant<'integer'>('integer'), value: integer }),
  fc.record({ type: fc.constant<'text'>('text'), value: text }),
  fc.record({
    type: fc.constant<'bytes'>('bytes'),
    value: fc.uint8Array({ maxLength: 70_000 }).map((bytes) => Buffer.from(bytes)),
  }),
  fc.record({ type: fc.constant<'optional'>('optional'), value: fc.option(natural, { nil: null }) }),
  fc.record({ type: fc.constant<'list'>('list'), value: fc.array(natural) }),
);

function write(to: Writer, { type, value }: Field): void {
  if (type === 'natural') to.natural(value);
  else if (type === 'integer') to.integer(value);
  else if (type === 'text') to.text(value);
  else if (type === 'bytes') to.bytes(value);
  else if (type === 'optional') to.optional(value, (one) => to.natural(one));
  else to.list(value, (one) => to.natural(one));
}

function read(from: Reader, type: Field['type']): Field['value'] {
  if (type === 'optional') return from.optional('field', () => from.natural('field'));
  if (type === 'list') return from.list('field', () => from.natural('field'));
  return from[type]('field');
}

test('fields are read as they were written, one after the other, by a writer that is used again', (t) => {
  const to = new Writer();
  fc.assert(
    fc.property(fc.array(field, { maxLength: 30 }), fc.nat(20), (sent, header) => {
      to.begin(header);
      for (const one of sent) write(to, one);
      const from = new Reader(Buffer.from(to.written).subarray(header));
      for (const { type, value } of sent) t.deepEqual(read(from, type), value);
      t.true(from.isAtEnd);
    }),
  );
});

test('texts of one byte or more a character are read as they were written', (t) => {
  for (const sent of [
    '\x7f',
    '\x80',
    'é',
    'ÿ',
    '€',
    '\u{1f600}',
    'a'.repeat(64),
    `${'a'.repeat(63)}ÿ`,
    'ÿ'.repeat(65),
  ]) {
    t.is(new Reader(written((to) => to.text(sent))).text('text'), sent);
  }
});

const ROOM = 65_536;

test('wherever the memory of a writer ends, nothing is lost', (t) => {
  for (const one of [
    { type: 'natural', value: Number.MAX_SAFE_INTEGER },
    { type: 'text', value: 'a'.repeat(64) },
    { type: 'text', value: 'ä'.repeat(60) },
    { type: 'bytes', value: Buffer.alloc(60, 7) },
  ] as const) {
    for (let header = ROOM - 130; header <= ROOM; header += 1) {
      const to = new Writer().begin(header);
      write(to, one);
      t.deepEqual(read(new Reader(to.written.subarray(header)), one.type), one.value);
    }
  }
});

test('a writer does not keep the memory of what was large', (t) => {
  const to = new Writer().begin();
  to.bytes(Buffer.alloc(1_000_000));
  to.begin().natural(1);
  t.is(to.written.buffer.byteLength, ROOM);
});

test('a field that is cut off anywhere is malformed', (t) => {
  fc.assert(
    fc.property(field, fc.nat(), (one, cut) => {
      const bytes = written((to) => write(to, one));
      const from = new Reader(bytes.subarray(0, cut % bytes.length));
      t.throws(() => read(from, one.type), { instanceOf: MalformedError });
    }),
  );
});

test('whatever bytes are read, what they say is written as the same bytes', (t) => {
  const types = fc.constantFrom<Field['type'][]>('natural', 'integer', 'text', 'optional', 'list');
  const some = fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.array(fc.constantFrom(0, 1, 2, 127, 128, 255)));
  fc.assert(
    fc.property(types, some, (type, given) => {
      const bytes = Buffer.from(given);
      const from = new Reader(bytes);
      try {
        const value = read(from, type);
        const again = written((to) => write(to, { type, value } as Field));
        t.deepEqual(bytes.subarray(0, again.length), again);
      } catch (error) {
        t.true(error instanceof MalformedError, String(error));
      }
    }),
    { numRuns: 5_000 },
  );
});

for (const [value, length] of [
  [0, 1],
  [127, 1],
  [128, 2],
  [2 ** 31 - 1, 5],
  [2 ** 31, 5],
  [2 ** 35, 6],
  [Number.MAX_SAFE_INTEGER, 8],
] as const) {
  test(`the natural ${value} takes ${length} bytes`, (t) => {
    const bytes = written((to) => to.natural(value));
    t.is(bytes.length, length);
    t.is(new Reader(bytes).natural('n'), value);
  });
}

for (const [value, length] of [
  [0n, 1],
  [63n, 1],
  [64n, 2],
  [2n ** 52n - 1n, 8],
  [2n ** 52n, 8],
  [2n ** 56n, 9],
] as const) {
  test(`the integer ${value} takes ${length} bytes`, (t) => {
    const bytes = written((to) => to.integer(value));
    t.is(bytes.length, length);
    t.is(new Reader(bytes).integer('i'), value);
  });
}

for (const value of [-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`${value} is no natural, and nothing is written`, (t) => {
    t.throws(() => written((to) => to.natural(value)), { instanceOf: RangeError, message: /natural, got/ });
  });
}

test('an integer below 0 is none', (t) => {
  t.throws(() => written((to) => to.integer(-1n)), { instanceOf: RangeError });
});

for (const [what, bytes, message] of [
  ['nothing', [], /^n: expected more bytes, found "the end after 0"$/],
  ['half a natural', [0x80], /^n: expected more bytes, found "the end after 1"$/],
  ['a natural of a byte more than it needs', [0x81, 0x00], /in as few bytes as it needs, found 1$/],
  ['2^53', [...Array(7).fill(0x80), 0x10], /from 0 to 2\^53 - 1, .* found 9007199254740992$/],
  ['a natural without an end', Array(20).fill(0xff), /from 0 to 2\^53 - 1/],
] as const) {
  test(`${what} is malformed, and the error says where`, (t) => {
    t.throws(() => new Reader(Buffer.from(bytes)).natural('n'), { instanceOf: MalformedError, message });
  });
}

for (const [what, bytes] of [
  ['of no bytes', [1]],
  ['of a byte, which is a natural', [3, 7]],
  ['of a byte more than it needs', [2 * 9 + 1, 0, 1, 1, 1, 1, 1, 1, 1, 1]],
] as const) {
  test(`an integer ${what} is malformed`, (t) => {
    t.throws(() => new Reader(Buffer.from(bytes)).integer('i'), {
      instanceOf: MalformedError,
      message: /no more bytes/,
    });
  });
}

test('a text that is no UTF-8, or longer than it may be, is malformed', (t) => {
  const reader = (...bytes: number[]) => new Reader(Buffer.from(bytes));
  t.throws(() => reader(2, 0xc3, 0x28).text('name'), { message: /^name: expected UTF-8, found "c328"$/ });
  t.is(reader(2, 0x61, 0x62).text('name', 2), 'ab');
  t.throws(() => reader(2, 0x61, 0x62).text('name', 1), {
    message: /^name: expected at most 1 bytes, found 2$/,
  });
});

test('a choice is below its bound', (t) => {
  t.is(new Reader(Buffer.from([2])).choice(3, 'kind'), 2);
  t.throws(() => new Reader(Buffer.from([3])).choice(3, 'kind'), {
    instanceOf: MalformedError,
    message: /^kind: expected a whole number below 3, found 3$/,
  });
});
