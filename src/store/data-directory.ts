/**
 * A store is created in three steps, each durable before the next: the marker says `creating`, the data file holds the
 * identity, the marker says `ready`. Stopped in between, it starts over: nobody has seen that store yet.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ActorRecord } from './codec.ts';
import { examineDataFile } from './data-file.ts';
import { expectRoom } from './directory.ts';
import { ACTOR, commit, type Durability, type Environment, openEnvironment } from './environment.ts';
import { StoreError } from './errors.ts';
import { MARKER_FILE, readMarker, writeMarker } from './marker.ts';

const DATA_FILE = 'quorate.mdb';

export interface OpenedStore {
  readonly environment: Environment;
  readonly actor: ActorRecord;
  readonly lastChange: number;
}

/** Opens the store that is there, or creates one where there is none. Damage is explained, never repaired by forgetting. */
export async function openDataDirectory(directory: string, durability: Durability): Promise<OpenedStore> {
  const file = join(directory, DATA_FILE);
  const identity = await identify(directory, file);
  examineDataFile(file);
  const environment = await openInRoom(file, durability);
  try {
    const actor = await enter(environment, file, identity);
    return { environment, actor, lastChange: environment.changes.lastKey() ?? 0 };
  } catch (error) {
    await environment.root.close();
    throw error;
  }
}

/** What the store knows of its actor, with a new incarnation that is durable. */
async function enter(environment: Environment, file: string, identity: string): Promise<ActorRecord> {
  const last = environment.meta.read(ACTOR);
  if (last?.identity !== identity) {
    const found = last?.identity ?? 'none';
    throw new StoreError(`${file}: expected the store ${identity} of ${MARKER_FILE}, found ${found}`);
  }
  const actor = { ...last, incarnation: last.incarnation + 1 };
  await commit(environment, [environment.meta.put(ACTOR, actor)]).catch((cause: unknown) => {
    throw new StoreError(`${file}: cannot be written`, { cause });
  });
  return actor;
}

async function identify(directory: string, file: string): Promise<string> {
  const marker = await readMarker(directory);
  if (marker?.state === 'ready') return marker.identity;
  if (marker === null && existsSync(file)) {
    throw new StoreError(`${file}: expected ${MARKER_FILE} beside it, which tells whose data it is`);
  }
  return create(directory, file);
}

async function create(directory: string, file: string): Promise<string> {
  const identity = randomUUID();
  await writeMarker(directory, { identity, state: 'creating' });
  await rm(file, { force: true });
  await rm(`${file}-lock`, { force: true });
  const environment = await openInRoom(file, 'disk');
  try {
    await commit(environment, [environment.meta.put(ACTOR, { identity, incarnation: 0, membership: null })]);
  } catch (cause) {
    throw new StoreError(`${file}: cannot be written`, { cause });
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
