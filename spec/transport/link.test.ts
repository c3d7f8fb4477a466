import { Duplex } from 'node:stream';
import test from 'ava';
import { Origins } from '../../src/counter/state.ts';
import { MAX_FRAME_BYTES } from '../../src/limits.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { Channel } from '../../src/transport/channel.ts';
import { FrameDecoder } from '../../src/transport/frame.ts';
import { Link } from '../../src/transport/link.ts';
import { paceOf } from '../../src/transport/pace.ts';
import { numbered } from './actors.ts';
import { actors, reader } from './messages.ts';

/** A link whose socket takes a chunk when the test says so, and not before. */
function slow() {
  const decoder = new FrameDecoder();
  const read = reader();
  const taken: PeerMessage[] = [];
  let takeNext: () => void = () => {};
  const output = new Duplex({
    read() {},
    write(chunk: Buffer, _, done) {
      takeNext = () => {
        takeNext = () => {};
        taken.push(...decoder.push(chunk, MAX_FRAME_BYTES).flatMap(read));
        done();
      };
    },
  });
  const closed = () => {};
  const channel = new Channel(output, { frame: () => {}, drained: () => {}, closed });
  const link = new Link({
    peer: 'b',
    actors,
    channel,
    pace: paceOf(3),
    log: () => {},
    receive: () => {},
    closed,
  });
  return { link, output, taken, take: () => takeNext() };
}

/** Of 600,000 bytes. */
const total = 1n << 4_799_999n;
function message(number: number): PeerMessage {
  const vote = { ballot: { round: number, actor: 'b' }, slot: 1, state: { total, origins: new Origins() } };
  return { type: 'counter', counter: 'c', message: { type: 'accept', vote } };
}

test('what was held back goes before what comes later, though the socket has room again', (t) => {
  const { link, output, taken, take } = slow();
  for (let number = 0; number < 4; number += 1) link.send([message(number)]);
  t.true(output.writableLength < 1_300_000, 'two are on their way, two are held back');
  take();
  t.true(output.writableLength < 700_000);
  link.send([numbered(9)]);
  for (let turns = 0; turns < 10; turns += 1) take();
  t.deepEqual(taken, [message(0), message(1), message(2), message(3), numbered(9)]);
});

test('numbers that were given in a frame that was too long, so that it left in pieces, are told again', (t) => {
  const { link, taken, take } = slow();
  const small = (slot: number): PeerMessage => {
    const ballot = { round: 1, actor: 'b' };
    return { type: 'counter', counter: 'small', message: { type: 'chosen', ballot, slot } };
  };
  link.send([small(1), message(0), message(1)]);
  for (let turns = 0; turns < 10; turns += 1) take();
  link.send([small(2)]);
  take();
  link.send([small(3)]);
  take();
  t.deepEqual(taken, [small(1), message(0), message(1), small(2), small(3)]);
});

test('a message longer than any frame is dropped, and the link stays', (t) => {
  const { link, taken, take } = slow();
  const endless = 'x'.repeat(MAX_FRAME_BYTES);
  link.send([numbered(1), { type: 'changes', identity: endless, since: 1 }, numbered(2)]);
  take();
  t.deepEqual(taken, [numbered(1), numbered(2)]);
});
