import test from 'ava';
import fc from 'fast-check';
import { Reader } from '../../src/codec/bytes.ts';
import { MAX_NUMBERED_NAME, NUMBERS } from '../../src/limits.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { encodeFrame } from '../../src/transport/codec.ts';
import { HEADER_BYTES } from '../../src/transport/frame.ts';
import { GivenNumbers } from '../../src/transport/numbers.ts';
import { actors, reader } from './messages.ts';

function about(counter: string): PeerMessage {
  return {
    type: 'counter',
    counter,
    message: { type: 'chosen', ballot: { round: 1, actor: '10.0.0.1' }, slot: 2 },
  };
}

/** Both ends of a link. */
function ends() {
  const given = new GivenNumbers();
  const read = reader();
  const frame = (...counters: string[]) =>
    encodeFrame(counters.map(about), actors, given).subarray(HEADER_BYTES);
  const heard = (payload: Buffer) =>
    read(payload).map((message) => (message.type === 'counter' ? message.counter : message.type));
  return { given, frame, heard };
}

/** The code of each message of a frame, and how it names its counter. */
function named(payload: Buffer): unknown[] {
  const from = new Reader(payload);
  const found: unknown[] = [];
  while (!from.isAtEnd) {
    const code = from.natural('code');
    const number = from.natural('number');
    if (code === 34) found.push([code, number, from.text('counter')]);
    else {
      found.push([code, number === 0 ? from.text('counter') : number - 1]);
      for (const what of ['round', 'actor', 'slot']) from.natural(what);
    }
  }
  return found;
}

test('a counter is named once, and goes by its number from then on', (t) => {
  const { frame, heard } = ends();
  const first = frame('visits', 'stock', 'visits');
  t.deepEqual(named(first), [
    [34, 0, 'visits'],
    [6, 0],
    [34, 1, 'stock'],
    [6, 1],
    [6, 0],
  ]);
  const second = frame('stock');
  t.deepEqual(named(second), [[6, 1]]);
  t.deepEqual(heard(first), ['visits', 'stock', 'visits']);
  t.deepEqual(heard(second), ['stock']);
});

test('a long name has no number', (t) => {
  const { frame, heard } = ends();
  const [longest, long] = ['x'.repeat(MAX_NUMBERED_NAME), 'x'.repeat(MAX_NUMBERED_NAME + 1)];
  const first = frame(longest, long, long);
  t.deepEqual(named(first), [
    [34, 0, longest],
    [6, 0],
    [6, long],
    [6, long],
  ]);
  t.deepEqual(heard(first), [longest, long, long]);
});

test('when all numbers are given, the one that was given first goes to the next counter', (t) => {
  const { frame, heard } = ends();
  const counters = Array.from({ length: NUMBERS }, (_, at) => `c${at}`);
  heard(frame(...counters));
  const more = frame('c0', 'more', 'c0', 'c1', 'c2');
  const expected = [
    [6, 0],
    [34, 0, 'more'],
    [6, 0],
    [34, 1, 'c0'],
    [6, 1],
    [34, 2, 'c1'],
    [6, 2],
  ];
  t.deepEqual(named(more), [...expected, [34, 3, 'c2'], [6, 3]]);
  t.deepEqual(heard(more), ['c0', 'more', 'c0', 'c1', 'c2']);
});

test('whatever is sent, it is read as it was sent; also after a frame that did not leave', (t) => {
  const counters = fc.array(fc.stringMatching(/^[a-e]{1,2}$/), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(fc.record({ counters, leaves: fc.boolean() })), (frames) => {
      const { given, frame, heard } = ends();
      for (const one of frames) {
        const payload = frame(...one.counters);
        if (one.leaves) t.deepEqual(heard(payload), one.counters);
        else given.forget();
      }
    }),
  );
});
