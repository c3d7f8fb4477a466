/** The data directory: there, writable, with room, and durable itself. */
import { constants } from 'node:fs';
import { access, mkdir, open, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StoreError } from './errors.ts';

/** More than a new store takes. */
const ROOM_BYTES = 16_777_216;

export async function prepareDirectory(path: string): Promise<string> {
  const directory = resolve(path);
  try {
    const created = await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    if (created !== undefined) await syncAncestors(directory, dirname(created));
  } catch (cause) {
    throw new StoreError(`${directory}: expected a directory that this user can read and write`, { cause });
  }
  return directory;
}

export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A directory is durable when its entry in the one above is. */
async function syncAncestors(directory: string, highest: string): Promise<void> {
  for (let at = directory; at !== highest; at = dirname(at)) await syncDirectory(dirname(at));
}

export async function expectRoom(directory: string): Promise<void> {
  const { blocks, bavail, bfree, bsize } = await statfs(directory);
  if (blocks === 0) return; // This file system does not say.
  const room = (process.geteuid?.() === 0 ? bfree : bavail) * bsize;
  if (room < ROOM_BYTES) {
    throw new StoreError(`${directory}: expected at least ${ROOM_BYTES} bytes of free space, found ${room}`);
  }
}
