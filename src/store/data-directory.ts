/**
 * A store is created in steps, each durable before the next: the marker says `creating`, the data file and the journal hold
 * the identity, the marker says `ready`. Stopped in between, it starts over: nobody has seen that store yet.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ActorRecord } from './codec.ts';
import { examineDataFile } from './data-file.ts';
import { expectRoom } from './directory.ts';
import {
  ACTOR,
  apply,
  type Durability,
  type Environment,
  GENERATION,
  openEnvironment,
  takeOver,
} from './environment.ts';
import { CorruptStoreError, StoreError } from './errors.ts';
import { FIRST_GENERATION, Journal, recover } from './journal.ts';
import { MARKER_FILE, readMarker, writeMarker } from './marker.ts';

const DATA_FILE = 'quorate.mdb';

export interface OpenedStore {
  readonly environment: Environment;
  readonly journal: Journal;
  readonly actor: ActorRecord;
  readonly lastChange: number;
}

/** Opens the store that is there, or creates one where there is none. Damage is explained, never repaired by forgetting. */
export async function openDataDirectory(
  directory: string,
  durability: Durability,
  journalBytes: number,
): Promise<OpenedStore> {
  const file = join(directory, DATA_FILE);
  const identity = await identify(directory, file, journalBytes);
  examineDataFile(file);
  const environment = await openInRoom(file, durability);
  let journal: Journal | null = null;
  try {
    const generation = environment.progress.read(GENERATION);
    const last = environment.meta.read(ACTOR);
    if (last?.identity !== identity || generation === null) {
      const found = last?.identity ?? 'none';
      throw new StoreError(`${file}: expected the store ${identity} of ${MARKER_FILE}, found ${found}`);
    }
    const place = { directory, identity, durability, bytes: journalBytes };
    const recovered = await recover(place, generation);
    for (const operations of recovered.transactions) apply(environment, operations);
    loadPlaces(file, environment);
    // Then the file of the generation before is free: that LMDB has it may have been in memory only until now.
    await takeOver(environment, recovered.generation);
    const actor = enter(environment, last);
    journal = await Journal.begin(place, recovered.generation + 1, recovered.entries);
    await takeOver(environment, journal.generation);
    return { environment, journal, actor, lastChange: environment.changes.lastKey() ?? 0 };
  } catch (error) {
    journal?.close();
    await environment.root.close();
    throw error;
  }
}

/** Else a register would be read with the actors of another. */
function loadPlaces(file: string, { actors, places }: Environment): void {
  for (const [place, actor] of actors.entries({ after: null, limit: Infinity })) {
    if (places.place(actor) !== place)
      throw new CorruptStoreError(file, `actors/${place}`, 'one before it is missing, or the same');
  }
  places.takeNew();
}

/** What the store knows of its actor, in a new incarnation. */
function enter(environment: Environment, before: ActorRecord): ActorRecord {
  const last = environment.meta.read(ACTOR) ?? before;
  const actor = { ...last, incarnation: last.incarnation + 1 };
  apply(environment, [environment.meta.put(ACTOR, actor)]);
  return actor;
}

async function identify(directory: string, file: string, journalBytes: number): Promise<string> {
  const marker = await readMarker(directory);
  if (marker?.state === 'ready') return marker.identity;
  if (marker === null && existsSync(file)) {
    throw new StoreError(`${file}: expected ${MARKER_FILE} beside it, which tells whose data it is`);
  }
  return create(directory, file, journalBytes);
}

async function create(directory: string, file: string, bytes: number): Promise<string> {
  const identity = randomUUID();
  await writeMarker(directory, { identity, state: 'creating' });
  await rm(file, { force: true });
  await rm(`${file}-lock`, { force: true });
  const environment = await openInRoom(file, 'disk');
  const place = { directory, identity, durability: 'disk', bytes } as const;
  try {
    apply(environment, [environment.meta.put(ACTOR, { identity, incarnation: 0, membership: null })]);
    await takeOver(environment, FIRST_GENERATION);
    const journal = await Journal.begin(place, FIRST_GENERATION, 0);
    journal.close();
  } catch (cause) {
    throw new StoreError(`${directory}: cannot be written`, { cause });
  } finally {
    await environment.root.close();
  }
  await writeMarker(directory, { identity, state: 'ready' });
  return identity;
}

/** LMDB maps its lock file into memory as well: where there is no room to create it, the first touch kills the process. */
async function openInRoom(file: string, durability: Durability): Promise<Environment> {
  if (!existsSync(`${file}-lock`)) await expectRoom(dirname(file));
  return openEnvironment(file, durability);
}
