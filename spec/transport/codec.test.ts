import test from 'ava';
import fc from 'fast-check';
import { MalformedError } from '../../src/codec/malformed.ts';
import { Origins } from '../../src/counter/state.ts';
import { MAX_FRAME_BYTES, MAX_NAME_BYTES, NUMBERS } from '../../src/limits.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import * as codec from '../../src/transport/codec.ts';
import { FrameDecoder, HEADER_BYTES } from '../../src/transport/frame.ts';
import { GivenNumbers } from '../../src/transport/numbers.ts';
import { fields } from '../codec/written.ts';
import { aboutCounter, actors, counterMessages, decodeMessages, peerMessage } from './messages.ts';

const { joinFrame } = codec;
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
    state: { total: 1n << 1_000n, origins: new Origins() },
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
  t.deepEqual(
    frame.subarray(HEADER_BYTES),
    fields(34, 0, 'c', 1, 1, 7, 1, 1, 1, 7, 2, 1, 1, 7, 0, '10.0.0.3'),
  );
  t.deepEqual(read(frame), sent);
});

test('a message that is cut off anywhere, or has a byte more, is malformed whatever it is', (t) => {
  fc.assert(
    fc.property(peerMessage, (message) => {
      const whole = encodeOne(message);
      for (let length = 1; length < whole.length; length += 1) {
        t.throws(() => decodeMessages(whole.subarray(0, length)), { instanceOf: MalformedError });
      }
      t.throws(() => decodeMessages(Buffer.concat([whole, Buffer.alloc(1)])), { instanceOf: MalformedError });
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

/** By name. */
const c = fields(0, 'c');
/** A ballot, and a slot, of the list's first actor. */
const ballot = fields(1, 1);
const id = fields(ballot, 2);
const long = 'x'.repeat(MAX_NAME_BYTES + 1);
const malformed: readonly [string, Buffer, RegExp][] = [
  ['an unknown code', fields(99, c, ballot), /^code of a message: expected one that is known, found 99/],
  [
    'a clock that is not the first',
    fields(1, c, ballot, 0, 7, 1, c, ballot),
    /^code of a message: .* found 0/,
  ],
  ['a second clock', fields(0, 7, 0, 7, 1, c, ballot), /^code of a message: .* found 0/],
  ['a counter with an empty name', fields(1, 0, '', ballot), /^counter: expected at least 1 byte/],
  ['a name too long', fields(1, 0, long, ballot), /^counter: expected at most 512 bytes/],
  [
    'a name too long in bytes',
    fields(1, 0, 'ä'.repeat(MAX_NAME_BYTES / 2 + 1), ballot),
    /^counter: .* at most/,
  ],
  ['a name that is no UTF-8', fields(1, 0, Buffer.from([2, 0xc3, 0x28]), ballot), /^counter: expected UTF-8/],
  [
    'a round beyond 2^53',
    fields(1, c, Buffer.from([...Array(7).fill(0x80), 0x10]), 1),
    /^round of a ballot: /,
  ],
  ['a round of more bytes than it needs', fields(1, c, Buffer.from([0x81, 0]), 1), /^round of a ballot: /],
  ['an actor beyond the list', fields(1, c, 1, 3), /^actor of a ballot: .* list of 2, found 3/],
  ['an actor whose name is too long', fields(1, c, 1, 0, long), /^actor of a ballot: expected at most/],
  [
    'an actor beyond the list as an origin',
    fields(3, c, id, 2, 1, 3, 1, 1, 2),
    /^origin of a state: .* found 3/,
  ],
  [
    'an origin by place and by name',
    fields(3, c, id, 4, 2, 1, 1, 1, 2, 0, '10.0.0.1', 1, 2, 4),
    /^origins of a state: expected each origin once/,
  ],
  ['more origins than there are', fields(3, c, id, 4, 200), /^origins of a state: expected more bytes/],
  ['an actor beyond the list as the origin of a batch', fields(9, c, 0, 3, 1, 1, 2), /^origin of a batch: /],
  ['a holder that is none of two', fields(9, c, 2, ballot, 1, 1, 1, 2), /^holder: .* below 2, found 2/],
  ['a mark that is the same as no vote', fields(2, c, ballot, 0, 1), /^mark of a promise: expected a vote/],
  ['a mark that is none of three', fields(2, c, ballot, 0, 3), /^mark of a promise: .* below 3, found 3/],
  ['a vote without a state', fields(3, c, id), /^total of a state: expected more bytes/],
  ['a total of no bytes', fields(3, c, id, 1, 0), /^total of a state: expected no more bytes/],
  [
    'a total of more bytes than a frame has',
    fields(3, c, id, 2_000_001, 0),
    /^total of a state: expected more bytes/,
  ],
  ['a reader beyond the list', fields(11, c, 0, 1, 1, 3, id), /^reader: .* found 3/],
  ['a reader that is too long', fields(11, c, 0, 1, 1, 0, long, id), /^reader: expected at most 512 bytes/],
  [
    'a number that was not told',
    fields(1, 1, ballot),
    /^number of a counter: expected one that was told, found 0/,
  ],
  ['a number told too late', fields(1, 1, ballot, 34, 0, 'c'), /^number of a counter: .* that was told/],
  ['a number too high', fields(34, NUMBERS, 'c'), /^number of a counter: expected one below/],
  ['a number for no name', fields(34, 0, ''), /^counter: expected at least 1 byte/],
  ['a number for a name too long', fields(34, 0, long), /^counter: expected at most 512 bytes/],
  ['a number for nothing', fields(34, 0), /^counter: expected more bytes/],
  ['an identity that is too long', fields(32, long, 0), /^identity of a store: expected at most/],
  ['more that is no flag', fields(33, 'x', 0, 1, 2, 0), /^whether there are more changes: .* below 2/],
  ['more changes than there are', fields(33, 'x', 0, 1, 0, 2 ** 40), /^changes: expected more bytes/],
  ['a change with a name too long', fields(33, 'x', 0, 1, 0, 1, long, id), /^counter: expected at most/],
  [
    'a change in the ballot of an actor beyond the list',
    fields(33, 'x', 0, 1, 0, 1, 'c', 1, 3, 2),
    /^actor of a ballot/,
  ],
];

for (const [what, payload, message] of malformed) {
  test(`rejected: ${what}`, (t) => {
    t.throws(() => decodeMessages(payload), { instanceOf: MalformedError, message });
  });
}

test('bytes that are no messages are rejected, whatever they are', (t) => {
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

test('a message that waits keeps nothing alive but itself', (t) => {
  fc.assert(
    fc.property(peerMessage, (message) => {
      const encoded = encodeOne(message);
      t.is(encoded.buffer.byteLength, encoded.length);
    }),
  );
});
