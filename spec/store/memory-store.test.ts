import test from 'ava';
import { MemoryDisk, MemoryStore } from '../../src/store/memory-store.ts';
import { storeContract } from './contract.ts';
import { chosen, counterWrite, persist, writeOf } from './samples.ts';

storeContract('memory', async () => {
  const disk = new MemoryDisk('a store');
  return { open: async () => new MemoryStore(disk), remove: async () => {} };
});

/** Keeps what is to complete, as a simulated disk does. */
function heldBack() {
  const finishes: (() => void)[] = [];
  const fails: ((error: Error) => void)[] = [];
  return {
    finishes,
    fails,
    complete(finish: () => void, fail: (error: Error) => void) {
      finishes.push(finish);
      fails.push(fail);
    },
  };
}

const first = writeOf(counterWrite('a', chosen(1), 1));

test('a write becomes durable, and done is called, when the scheduler says so', (t) => {
  const { finishes, complete } = heldBack();
  const disk = new MemoryDisk('a store');
  const store = new MemoryStore(disk, { complete });
  const answers: (Error | null)[] = [];
  store.write(first, (error) => answers.push(error));
  t.deepEqual([answers, store.load('a')], [[], null]);
  finishes[0]?.();
  t.deepEqual([answers, store.load('a')?.register], [[null], chosen(1)]);
});

test('a write that was not finished before the crash is lost, whatever is called later', (t) => {
  const { finishes, complete } = heldBack();
  const disk = new MemoryDisk('a store');
  new MemoryStore(disk, { complete }).write(first, () => t.fail());
  const next = new MemoryStore(disk);
  finishes[0]?.();
  t.is(next.load('a'), null);
  t.is(next.incarnation, 2);
});

test('a killed process is told nothing, but its write may still reach the disk', (t) => {
  const { finishes, complete } = heldBack();
  const disk = new MemoryDisk('a store');
  const store = new MemoryStore(disk, { complete });
  store.write(first, () => t.fail());
  store.kill();
  store.write(first, () => t.fail());
  finishes[0]?.();
  t.is(finishes.length, 1);
  t.deepEqual(new MemoryStore(disk).load('a')?.register, chosen(1));
});

test('a failing disk fails the store for good', async (t) => {
  const { fails, complete } = heldBack();
  const store = new MemoryStore(new MemoryDisk('a store'), { complete });
  const written = persist(store, first);
  const cause = new Error('no space left on device');
  fails[0]?.(cause);
  const error = await t.throwsAsync(written);
  t.is(error.cause, cause);
  t.is(await t.throwsAsync(persist(store, first)), error);
  t.is(store.load('a'), null);
});

test('completing twice, or before write returns, is a broken invariant', (t) => {
  const { finishes, complete } = heldBack();
  const store = new MemoryStore(new MemoryDisk('a store'), { complete });
  store.write(first, () => {});
  finishes[0]?.();
  t.throws(() => finishes[0]?.(), { message: /completed twice/ });
  const hasty = new MemoryStore(new MemoryDisk('a store'), { complete: (finish) => finish() });
  t.throws(() => hasty.write(first, () => t.fail()), { message: /before the call that began it returned/ });
});
