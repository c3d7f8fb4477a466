import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { StoreInUseError } from '../../src/store/errors.ts';
import { openLmdbStore } from '../../src/store/lmdb-store.ts';
import { Patience } from '../../src/store/patience.ts';
import { firstLine, start } from './programs/child.ts';
import { chosen, counterWrite, persist, writeOf } from './samples.ts';
import { temporaryDirectory } from './temporary.ts';

/** A store of which LMDB takes nothing over any more. The journal has room for so much. */
async function openHanging(t: ExecutionContext, journalBytes: number) {
  t.timeout(30_000);
  const directory = await temporaryDirectory(t);
  const store = await openLmdbStore({ directory, durability: 'disk', patience: 1_000, journalBytes });
  await firstLine(start(t, 'block', join(directory, 'quorate.mdb')));
  return { directory, store };
}

test('a process that was stopped for long does not take its disk for hanging', async (t) => {
  // As a disk that is asked for something, the process does not end before it has its answer.
  const timer = setInterval(() => {}, 1_000);
  t.teardown(() => clearInterval(timer));
  const { promise, resolve } = Promise.withResolvers<string>();
  const waiting = new Patience(20, () => new Error('too late')).within(promise);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  setImmediate(() => setImmediate(() => resolve('done')));
  t.is(await waiting, 'done');
});

test('a disk that hangs is a failing disk: reads go on, nothing more is written, the store stays taken', async (t) => {
  const { directory, store } = await openHanging(t, 4_096);
  let slot = 0;
  let error: unknown = null;
  while (error === null) {
    slot += 1;
    const write = writeOf(counterWrite('a', chosen(slot, 10n ** 1_000n)));
    error = await persist(store, write).then(
      () => null,
      (cause: unknown) => cause,
    );
  }
  t.regex(String(error), /disk has not answered for 1000 ms/);
  t.is(await t.throwsAsync(persist(store, writeOf(counterWrite('a', chosen(9_999))))), error as Error);
  t.is(store.load('a')?.register.vote?.slot, slot - 1);
  t.true(slot > 4, 'what the journal has room for is written');
  await store.close();
  await t.throwsAsync(openLmdbStore({ directory, durability: 'disk' }), { instanceOf: StoreInUseError });
});

test('closing does not wait for a disk that hangs, and the store stays taken', async (t) => {
  const { directory, store } = await openHanging(t, 1);
  // It begins a generation, and LMDB is to take over the one before.
  await persist(store, writeOf(counterWrite('a', chosen(1))));
  await store.close();
  await t.throwsAsync(openLmdbStore({ directory, durability: 'disk' }), { instanceOf: StoreInUseError });
});
