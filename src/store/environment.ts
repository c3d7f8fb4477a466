/** The LMDB environment of a store, and what "durable" means with lmdb-js. */
import { setImmediate } from 'node:timers/promises';
import { type Key, open, type RootDatabase } from 'lmdb';
import type { Backlog } from '../runtime/ports.ts';
import { isAddressSpaceLimited } from './address-space.ts';
import {
  type ActorRecord,
  actorRecords,
  backlogRecords,
  type CounterRecord,
  changeRecords,
  counterRecords,
  placeRecords,
  progressRecords,
} from './codec.ts';
import { StoreError } from './errors.ts';
import { Places } from './places.ts';
import { nameKeys, numberKeys, type Operation, Table } from './table.ts';

/** `disk`: survives a power cut. `process`: survives the end of the process only, and is faster. */
export type Durability = 'disk' | 'process';

export interface Environment {
  readonly root: RootDatabase<Buffer, Key>;
  readonly registers: Table<string, CounterRecord>;
  /** As the registers name actors. */
  readonly places: Places;
  readonly actors: Table<number, string>;
  readonly changes: Table<number, string>;
  readonly backlogs: Table<string, Backlog>;
  readonly meta: Table<string, ActorRecord>;
  /** The one that is never in the journal, since it is about it. */
  readonly progress: Table<string, number>;
}

/** The one key of `meta`. */
export const ACTOR = 'actor';
/** The one key of `progress`: the first generation of the journal that LMDB may not have. */
export const GENERATION = 'generation';

/**
 * Bytes of address space, not of memory, for LMDB's file. A map that is too small is doubled, but lmdb-js keeps the old ones: then
 * pages that were read through several count as memory several times. One that does not fit ends the process without a word.
 */
const MAP_BYTES = 2 ** 32;
/** Records that LMDB takes over at once: what that takes on the main thread delays everything else. */
const TAKEN_AT_ONCE = 512;

export function openEnvironment(file: string, durability: Durability): Environment {
  try {
    const encoding = 'binary';
    // With overlappingSync a transaction would be over before it is on disk, and the journal's file used again too early.
    const root = open<Buffer, Key>(file, {
      encoding,
      overlappingSync: false,
      // With it, a failed write also rejects a promise that nobody can get hold of. Our transactions are batches already.
      eventTurnBatching: false,
      noSync: durability === 'process',
      ...(isAddressSpaceLimited() ? {} : { mapSize: MAP_BYTES }),
    });
    const byName = { encoding, keyEncoding: 'binary' } as const;
    const byNumber = { encoding, keyEncoding: 'ordered-binary' } as const;
    const places = new Places();
    const registers = counterRecords(places);
    return {
      root,
      places,
      registers: new Table(file, 'registers', root.openDB('registers', byName), nameKeys, registers),
      actors: new Table(file, 'actors', root.openDB('actors', byNumber), numberKeys, placeRecords),
      changes: new Table(file, 'changes', root.openDB('changes', byNumber), numberKeys, changeRecords),
      backlogs: new Table(file, 'backlogs', root.openDB('backlogs', byName), nameKeys, backlogRecords),
      meta: new Table(file, 'meta', root.openDB('meta', byName), nameKeys, actorRecords),
      progress: new Table(file, 'progress', root.openDB('progress', byName), nameKeys, progressRecords),
    };
  } catch (cause) {
    throw new StoreError(`${file}: LMDB cannot open it`, { cause });
  }
}

/** They are durable in the journal. */
export function apply(environment: Environment, operations: readonly Operation[]): void {
  const { registers, actors, changes, backlogs, meta } = environment;
  const tables = { registers, actors, changes, backlogs, meta };
  for (const operation of operations) tables[operation.table as keyof typeof tables].apply(operation);
}

/**
 * Has LMDB take over what was applied by now; resolves when it has all of it durably, and so everything before
 * `generation`. In several transactions: what is stopped in between begins anew from the journal. `timed` is given each: of a disk
 * that is slow all of them may take long, of one that hangs one does.
 */
export async function takeOver(
  environment: Environment,
  generation: number,
  timed = (transaction: Promise<void>) => transaction,
): Promise<void> {
  const { root, registers, actors, changes, backlogs, meta, progress } = environment;
  const tables = [registers, actors, changes, backlogs, meta];
  const puts = tables.flatMap((table) => table.hand());
  while (puts.length > 0) await timed(commit(root, puts.splice(0, TAKEN_AT_ONCE)));
  progress.apply(progress.put(GENERATION, generation));
  await timed(commit(root, progress.hand()));
  for (const table of [...tables, progress]) table.taken();
}

/** One transaction: resolves when all of it is durable, rejects if nothing of it is. */
async function commit(root: RootDatabase<Buffer, Key>, puts: readonly (() => void)[]): Promise<void> {
  try {
    await root.batch(() => {
      for (const put of puts) put();
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
