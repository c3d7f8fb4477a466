/**
 * One process at a time on a data directory. SQLite takes the operating system's lock on a file of its own, and keeps
 * count within the process. The kernel releases it however the process ends, and nothing is ever written into the file,
 * so neither a kill nor a full disk leaves anything behind.
 */
import { join } from 'node:path';
import { StoreError, StoreInUseError } from './errors.ts';

/** To be kept: what nobody refers to is collected, and its lock released. */
export interface Exclusion {
  release(): void;
}

const SQLITE_BUSY = 5;

export function excludeOthers(directory: string): Exclusion {
  const file = join(directory, 'lock');
  const { DatabaseSync } = sqlite();
  try {
    const lock = new DatabaseSync(file);
    try {
      lock.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      throw error;
    }
    return { release: () => lock.close() };
  } catch (cause) {
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY) {
      throw new StoreInUseError(directory, { cause });
    }
    throw new StoreError(`${file}: expected a file that can be locked`, { cause });
  }
}

/** Node 24 calls its SQLite experimental on standard error when it is loaded; nobody who runs an actor can act on that. */
function sqlite(): typeof import('node:sqlite') {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
