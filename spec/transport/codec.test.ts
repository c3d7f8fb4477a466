import test from 'ava';
import fc from 'fast-check';
import { pack } from 'msgpackr';
import { decodeList, MalformedError } from '../../src/codec/plain.ts';
import { MAX_FRAME_BYTES, MAX_NAME_BYTES, NUMBERS } from '../../src/limits.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import * as codec from '../../src/transport/codec.ts';
import { FrameDecoder, HEADER_BYTES } from '../../src/transport/frame.ts';
import { GivenNumbers } from '../../src/transport/numbers.ts';
import { aboutCounter, actors, counterMessages, decodeMessages, peerMessage } from './messages.ts';

const { decodeValue, joinFrame } = codec;
const encodeFrame = (messages: readonly PeerMessage[]) =>
  codec.encodeFrame(messages, actors, new GivenNumbers());
const encodeOne = (message: PeerMessage) => codec.encodeOne(message, actors);

function read(frame: Buffer): PeerMessage[] {
  return new FrameDecoder().push(frame, MAX_FRAME_BYTES).flatMap(decodeMessages);
}

for (const [type, message] of Object.entries(counterMessages)) {
  test(`${type} is read as it was written`, (t) => {
    fc.assert(
      fc.property(aboutCounter(message), (sent) => void t.deepEqual(read(encodeFrame([sent])), [sent])),
    );
  });
}

test('messages of one frame are read as they were written, in order', (t) => {
  fc.assert(
    fc.property(
      fc.array(peerMessage, { maxLength: 10 }),
      (sent) => void t.deepEqual(read(encodeFrame(sent)), sent),
    ),
  );
});

test('messages that were encoded one by one are read as those that were encoded together', (t) => {
  fc.assert(
    fc.property(fc.array(peerMessage, { maxLength: 10 }), (sent) => {
      t.deepEqual(read(joinFrame(sent.map(encodeOne))), sent);
    }),
  );
});

test('a mark that is the vote travels once', (t) => {
  const vote = {
    ballot: { round: 3, actor: '10.0.0.1' },
    slot: 9,
    state: { total: 1n << 1_000n, origins: new Map() },
  };
  const promise = (mark: typeof vote | null): PeerMessage => ({
    type: 'counter',
    counter: 'visits',
    message: { type: 'promise', ballot: { round: 4, actor: '10.0.0.2' }, vote, mark },
  });
  t.is(encodeFrame([promise(vote)]).length, encodeFrame([promise(null)]).length);
  const [same] = read(encodeFrame([promise({ ...vote })]));
  t.deepEqual(same, promise(vote));
  const other = { ...vote, slot: 8 };
  t.deepEqual(read(encodeFrame([promise(other)])), [promise(other)]);
});

test('an actor of the list travels as its place in it, and is read as the very name that the list has', (t) => {
  const sent = ['10.0.0.1', '10.0.0.2:7778', '10.0.0.3'].map(
    (actor): PeerMessage => ({
      type: 'counter',
      counter: 'c',
      message: { type: 'prepare', ballot: { round: 7, actor } },
    }),
  );
  const frame = encodeFrame(sent);
  t.deepEqual(decodeValue(frame.subarray(HEADER_BYTES)), [
    [34, 0, 'c'],
    [1, 0, 7, 0],
    [1, 0, 7, 1],
    [1, 0, 7, '10.0.0.3'],
  ]);
  t.deepEqual(read(frame), sent);
});

test('a message that is short a field, or has one more, is malformed whatever it is', (t) => {
  fc.assert(
    fc.property(peerMessage, (message) => {
      const list = decodeList(decodeValue(encodeOne(message)), 'message');
      for (const other of [list.slice(0, -1), [...list, 0]]) {
        t.throws(() => decodeMessages(pack([other])), { instanceOf: MalformedError });
      }
    }),
  );
});

test('many messages in one frame', (t) => {
  const sent = Array.from(
    { length: 70_000 },
    (_, since): PeerMessage => ({ type: 'changes', identity: 'x', since }),
  );
  t.deepEqual(read(encodeFrame(sent)), sent);
  t.deepEqual(read(joinFrame(sent.map(encodeOne))), sent);
});

const id = [1, '10.0.0.1', 2];
const long = 'x'.repeat(MAX_NAME_BYTES + 1);
const malformed: readonly [string, unknown][] = [
  ['no array of messages', 7],
  ['an object', { a: 1 }],
  ['a message that is no array', [7]],
  ['an empty message', [[]]],
  ['an unknown code', [[99, 'c', 1, 'a']]],
  ['code 0', [[0, 'c', 1, 'a']]],
  ['a code that is a string', [['1', 'c', 1, 'a']]],
  ['a field too few', [[1, 'c', 1]]],
  ['a field too many', [[1, 'c', 1, 'a', 0]]],
  ['a counter without a name', [[1, null, 1, 'a']]],
  ['a counter with an empty name', [[1, '', 1, 'a']]],
  ['a name too long', [[1, long, 1, 'a']]],
  ['a name too long in bytes', [[1, 'ä'.repeat(MAX_NAME_BYTES / 2 + 1), 1, 'a']]],
  ['a negative round', [[1, 'c', -1, 'a']]],
  ['a broken round', [[1, 'c', 1.5, 'a']]],
  ['a round beyond 2^53', [[1, 'c', 2 ** 53, 'a']]],
  ['a bigint as a round', [[1, 'c', 2n ** 60n, 'a']]],
  ['an actor beyond the list', [[1, 'c', 1, 2]]],
  ['an actor before the list', [[1, 'c', 1, -1]]],
  ['an actor between two of the list', [[1, 'c', 1, 0.5]]],
  ['null for an actor', [[1, 'c', 1, null]]],
  ['null for a ballot', [[1, 'c', null, null]]],
  ['an actor beyond the list as an origin', [[3, 'c', ...id, [1, 2, 1, 1, 1]]]],
  ['an origin by place and by name', [[3, 'c', ...id, [2, 0, 1, 1, 1, '10.0.0.1', 1, 2, 2]]]],
  ['an actor beyond the list as the origin of a batch', [[9, 'c', null, 2, 1, 1, 1]]],
  ['a holder that is no ballot', [[9, 'c', 1, 0, 1, 1, 1]]],
  ['a mark that is the same as no vote', [[2, 'c', 1, 'a', null, 0]]],
  ['a mark that is neither null, nor the same, nor a vote', [[2, 'c', 1, 'a', null, 1]]],
  ['a vote without a state', [[3, 'c', ...id]]],
  ['a state of halves', [[3, 'c', ...id, [1, 'a', 1]]]],
  ['a total that is no number', [[3, 'c', ...id, ['many']]]],
  ['a slot below 0', [[10, 'c', -1, 1, 1, 1]]],
  ['a reader that is too long', [[11, 'c', null, 1, 1, long, ...id]]],
  ['a reader beyond the list', [[11, 'c', null, 1, 1, 2, ...id]]],
  ['a number that was not told', [[1, 0, 1, 'a']]],
  [
    'a number told too late',
    [
      [1, 0, 1, 'a'],
      [34, 0, 'c'],
    ],
  ],
  [
    'a number between two',
    [
      [34, 0, 'c'],
      [1, 0.5, 1, 'a'],
    ],
  ],
  ['a number below 0', [[34, -1, 'c']]],
  ['a number too high', [[34, NUMBERS, 'c']]],
  ['a number for no name', [[34, 0, '']]],
  ['a number for a name too long', [[34, 0, long]]],
  ['a number for nothing', [[34, 0]]],
  ['changes since nothing', [[32, 'x', null]]],
  ['an identity that is too long', [[32, long, 0]]],
  ['changes that are no array', [[33, 'x', 0, 1, 0, 7]]],
  ['more that is no flag', [[33, 'x', 0, 1, 2, []]]],
  ['a change without a mark', [[33, 'x', 0, 1, 0, [['c']]]]],
  ['a change with a name too long', [[33, 'x', 0, 1, 0, [[long, id]]]]],
  ['a change in the ballot of an actor beyond the list', [[33, 'x', 0, 1, 0, [['c', [1, 2, 2]]]]]],
  ['a Map', [new Map([[1, 2]])]],
  ['a Date', [[1, 'c', new Date(0), 'a']]],
];

for (const [what, value] of malformed) {
  test(`rejected: ${what}`, (t) => {
    t.throws(() => decodeMessages(pack(value)), { instanceOf: MalformedError });
  });
}

test('bytes that are no MessagePack are rejected, whatever they are', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
      try {
        decodeMessages(Buffer.from(bytes));
      } catch (error) {
        t.true(error instanceof MalformedError, String(error));
      }
      t.pass();
    }),
    { numRuns: 2_000 },
  );
});

test('a cut or lengthened frame is rejected', (t) => {
  fc.assert(
    fc.property(peerMessage, fc.nat(), (message, at) => {
      const payload = encodeFrame([message]).subarray(4);
      t.throws(() => decodeMessages(payload.subarray(0, 1 + (at % (payload.length - 1)))), {
        instanceOf: MalformedError,
      });
      t.throws(() => decodeMessages(Buffer.concat([payload, Buffer.from([0])])), {
        instanceOf: MalformedError,
      });
    }),
  );
});

test('deep nesting is rejected, not a crash', (t) => {
  t.throws(() => decodeValue(Buffer.alloc(1_000_000, 0x91)), { instanceOf: MalformedError });
});

test('a message that waits keeps nothing alive but itself', (t) => {
  fc.assert(
    fc.property(peerMessage, (message) => {
      const encoded = encodeOne(message);
      t.is(encoded.buffer.byteLength, encoded.length);
    }),
  );
});
