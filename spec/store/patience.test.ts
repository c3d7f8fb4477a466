import { join } from 'node:path';
import test from 'ava';
import { StoreInUseError } from '../../src/store/errors.ts';
import { openLmdbStore } from '../../src/store/lmdb-store.ts';
import { within } from '../../src/store/patience.ts';
import { firstLine, start } from './programs/child.ts';
import { chosen, counterWrite, persist, writeOf } from './samples.ts';
import { temporaryDirectory } from './temporary.ts';

const late = () => new Error('too late');

test('work that ends in time is what it comes to', async (t) => {
  t.is(await within(60_000, Promise.resolve(7), late), 7);
  await t.throwsAsync(within(60_000, Promise.reject(new Error('no')), late), { message: 'no' });
});

test('work that never ends is late', async (t) => {
  await t.throwsAsync(within(20, new Promise(() => {}), late), { message: 'too late' });
});

test('a process that was stopped for long does not take its disk for hanging', async (t) => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const waiting = within(20, promise, late);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  setImmediate(() => setImmediate(() => resolve('done')));
  t.is(await waiting, 'done');
});

test('a disk that hangs is a failing disk: reads go on, nothing more is written, the store stays taken', async (t) => {
  t.timeout(30_000);
  const directory = await temporaryDirectory(t);
  const store = await openLmdbStore({ directory, durability: 'disk', patience: 50 });
  await persist(store, writeOf(counterWrite('a', chosen(1))));
  const child = start(t, 'block', join(directory, 'quorate.mdb'));
  await firstLine(child);
  const write = writeOf(counterWrite('a', chosen(2)));
  const error = await t.throwsAsync(persist(store, write), { message: /disk has not answered for 50 ms/ });
  t.is(await t.throwsAsync(persist(store, write)), error);
  t.deepEqual(store.load('a')?.register, chosen(1));
  await store.close();
  await t.throwsAsync(openLmdbStore({ directory, durability: 'disk' }), { instanceOf: StoreInUseError });
});
