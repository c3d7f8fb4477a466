/** The LMDB environment of a store, and what "durable" means with lmdb-js. */
import { setImmediate } from 'node:timers/promises';
import { type Key, open, type RootDatabase } from 'lmdb';
import type { Backlog } from '../runtime/ports.ts';
import {
  type ActorRecord,
  actorRecords,
  backlogRecords,
  type CounterRecord,
  changeRecords,
  counterRecords,
} from './codec.ts';
import { StoreError } from './errors.ts';
import { nameKeys, numberKeys, type Operation, Table } from './table.ts';

/** `disk`: survives a power cut. `process`: survives the end of the process only, and is faster. */
export type Durability = 'disk' | 'process';

export interface Environment {
  readonly root: RootDatabase<Buffer, Key>;
  readonly registers: Table<string, CounterRecord>;
  readonly changes: Table<number, string>;
  readonly backlogs: Table<string, Backlog>;
  readonly meta: Table<string, ActorRecord>;
}

/** The one key of `meta`. */
export const ACTOR = 'actor';

export function openEnvironment(file: string, durability: Durability): Environment {
  try {
    const encoding = 'binary';
    // overlappingSync would show and acknowledge values that a power cut can still take back.
    const root = open<Buffer, Key>(file, {
      encoding,
      overlappingSync: false,
      // With it, a failed write also rejects a promise that nobody can get hold of. Our transactions are batches already.
      eventTurnBatching: false,
      noSync: durability === 'process',
    });
    const byName = { encoding, keyEncoding: 'binary' } as const;
    const byNumber = { encoding, keyEncoding: 'ordered-binary' } as const;
    return {
      root,
      registers: new Table(file, 'registers', root.openDB('registers', byName), nameKeys, counterRecords),
      changes: new Table(file, 'changes', root.openDB('changes', byNumber), numberKeys, changeRecords),
      backlogs: new Table(file, 'backlogs', root.openDB('backlogs', byName), nameKeys, backlogRecords),
      meta: new Table(file, 'meta', root.openDB('meta', byName), nameKeys, actorRecords),
    };
  } catch (cause) {
    throw new StoreError(`${file}: LMDB cannot open it`, { cause });
  }
}

/** One transaction of all `operations`: resolves when all of it is durable, rejects if nothing of it is. */
export async function commit({ root }: Environment, operations: readonly Operation[]): Promise<void> {
  try {
    await root.batch(() => {
      for (const operate of operations) operate();
    });
    await root.flushed;
  } catch (error) {
    throw await reasonOf(error);
  }
}

/**
 * lmdb-js rejects with an error that only promises the reason, in a promise of its own that nobody else handles and that,
 * for some reasons, never settles.
 */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && 'commitError' in error)) return error;
  const reason = Promise.resolve(error.commitError).catch((commitError: unknown) => commitError);
  return Promise.race([reason, setImmediate(error)]);
}
