import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expectRoom } from './directory.ts';
import { openEnvironment } from './environment.ts';
import { excludeOthers } from './exclusion.ts';

/**
 * Rejects with the reason if a store in `directory` would not work: that takes locks, room and files mapped into memory,
 * which not every file system has that can be written. Leaves nothing behind.
 */
export async function tryStore(directory: string): Promise<void> {
  const trial = await mkdtemp(join(directory, 'trial-'));
  try {
    excludeOthers(trial).release();
    await expectRoom(trial);
    await openEnvironment(join(trial, 'data'), 'process').root.close();
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}
