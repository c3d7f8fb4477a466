import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Origins } from '../../src/counter/state.ts';
import { openLmdbStore } from '../../src/store/lmdb-store.ts';
import { demandDisk, during } from '../during.ts';
import type { Worker } from '../load/measured.ts';

/** What one flush of this disk costs: the vote of one counter, written by the store of an actor. */
export async function withFlush<T>(durability: 'disk' | 'process', use: (flush: Worker) => Promise<T>) {
  if (durability === 'disk') demandDisk();
  const directory = await mkdtemp(join(tmpdir(), 'flush-'));
  const close = async (store: Awaited<ReturnType<typeof openLmdbStore>>) => {
    await store.close();
    await rm(directory, { recursive: true });
  };
  return during(openLmdbStore({ directory, durability }), close, (store) => {
    const ballot = { round: 1, actor: '10.0.0.1' };
    let slot = 0;
    const flush = () =>
      new Promise<void>((resolve, reject) => {
        slot += 1;
        const state = { total: BigInt(slot), origins: new Origins() };
        const register = { promise: ballot, vote: { ballot, slot, state }, mark: null };
        const counters = [{ counter: 'flush', register, change: 0, previousChange: 0 }];
        const done = (error: Error | null) => (error === null ? resolve() : reject(error));
        store.write({ counters, backlogs: [], membership: null }, done);
      });
    return use(flush);
  });
}
