import test from 'ava';
import fc from 'fast-check';
import { Outbox } from '../../src/transport/outbox.ts';

const limits = { messages: 10, bytes: 100 };

function message(text: string): Buffer {
  return Buffer.from(text);
}

test('overflow loses the oldest messages, and counts them', (t) => {
  const outbox = new Outbox(limits);
  for (let number = 0; number < 13; number += 1) outbox.put(message(`${number}`));
  t.is(outbox.length, 10);
  t.is(outbox.dropped, 3);
  t.deepEqual(outbox.take(1_000).map(String), ['3', '4', '5', '6', '7', '8', '9', '10', '11', '12']);
  t.is(outbox.dropped, 0, 'a new episode starts when it is empty');
});

test('overflow by bytes loses as many as it takes', (t) => {
  const outbox = new Outbox(limits);
  outbox.put(message('a'.repeat(60)));
  outbox.put(message('b'.repeat(30)));
  outbox.put(message('c'.repeat(50)));
  t.deepEqual([outbox.length, outbox.bytes, outbox.dropped], [2, 80, 1]);
  outbox.put(message('d'.repeat(101)));
  t.deepEqual([outbox.length, outbox.bytes, outbox.dropped], [0, 0, 4]);
});

test('takes what fits, but at least one message', (t) => {
  const outbox = new Outbox(limits);
  for (const text of ['aaaa', 'bb', 'cc', 'd']) outbox.put(message(text));
  t.deepEqual(outbox.take(3).map(String), ['aaaa']);
  t.deepEqual(outbox.take(4).map(String), ['bb', 'cc']);
  t.deepEqual(outbox.take(4).map(String), ['d']);
  t.deepEqual(outbox.take(4), []);
});

test('is a bounded queue, whatever is put and taken', (t) => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant<'put'>('put'), size: fc.nat(30) }),
    fc.record({ kind: fc.constant<'take'>('take'), size: fc.nat(60) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3_000, size: 'max' }), (steps) => {
      const outbox = new Outbox(limits);
      let model: Buffer[] = [];
      for (const { kind, size } of steps) {
        if (kind === 'put') {
          model.push(Buffer.alloc(size));
          outbox.put(Buffer.alloc(size));
          while (model.length > limits.messages || Buffer.concat(model).length > limits.bytes) model.shift();
        } else {
          const taken = outbox.take(size);
          t.deepEqual(taken, model.slice(0, taken.length));
          t.is(taken.length === 0, model.length === 0);
          model = model.slice(taken.length);
        }
        if (outbox.length !== model.length || outbox.bytes !== Buffer.concat(model).length) t.fail('differs');
      }
      t.pass();
    }),
    { numRuns: 30 },
  );
});
