/** In place of LMDB: the same, of which every transaction is recorded. */
import { readFileSync } from 'node:fs';
import { type Key, open as openLmdb, type RootDatabase, type RootDatabaseOptionsWithPath } from 'lmdb';
import { record } from './simulated-disk.ts';

export function open(file: string, options: RootDatabaseOptionsWithPath): RootDatabase<Buffer, Key> {
  const root = openLmdb<Buffer, Key>(file, options);
  const batch = root.batch.bind(root);
  root.batch = async (action) => {
    record({ type: 'LMDB begins' });
    const result = await batch(action);
    await root.flushed;
    record({ type: 'LMDB has it', content: readFileSync(file) });
    return result;
  };
  return root;
}
