import test from 'ava';
import fc from 'fast-check';
import { beat, FrameDecoder, FrameError, fillHeader } from '../../src/transport/frame.ts';
import { frame } from './raw.ts';

const LIMIT = 1_000;

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const length of lengths) {
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return [...chunks, bytes.subarray(at)];
}

test('payloads are found however the bytes are split, each read over the one before', (t) => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 });
  fc.assert(
    fc.property(payloads, fc.array(fc.nat(40), { maxLength: 60 }), (sent, lengths) => {
      const decoder = new FrameDecoder();
      const received: string[] = [];
      const memory = Buffer.alloc(12 * (LIMIT + 4));
      for (const chunk of cut(Buffer.concat(sent.map(frame)), lengths)) {
        chunk.copy(memory);
        received.push(...decoder.push(memory.subarray(0, chunk.length), LIMIT).map(String));
        memory.fill(0xff);
      }
      t.deepEqual(
        received,
        sent.map((payload) => String(Buffer.from(payload))),
      );
    }),
  );
});

test('byte by byte, a payload is there with its last byte and not before', (t) => {
  const decoder = new FrameDecoder();
  const bytes = frame(Buffer.from('quorum'));
  for (let at = 0; at < bytes.length - 1; at += 1) {
    t.deepEqual(decoder.push(bytes.subarray(at, at + 1), LIMIT), []);
  }
  t.deepEqual(decoder.push(bytes.subarray(-1), LIMIT), [Buffer.from('quorum')]);
});

test('a beat is a frame of nothing', (t) => {
  t.deepEqual(new FrameDecoder().push(Buffer.concat([beat, beat]), 0), [Buffer.alloc(0), Buffer.alloc(0)]);
});

test('a frame at the limit passes; one byte more is refused as soon as its length is known', (t) => {
  const decoder = new FrameDecoder();
  t.is(decoder.push(frame(Buffer.alloc(LIMIT)), LIMIT).length, 1);
  const longer = frame(Buffer.alloc(LIMIT + 1)).subarray(0, 4);
  t.deepEqual(decoder.push(longer.subarray(0, 3), LIMIT), []);
  t.throws(() => decoder.push(longer.subarray(3), LIMIT), { instanceOf: FrameError, message: /1001 bytes/ });
});

test('room left for the header is filled with the length of the rest', (t) => {
  t.deepEqual(fillHeader(Buffer.from([9, 9, 9, 9, 1, 2, 3])), Buffer.from([0, 0, 0, 3, 1, 2, 3]));
});
