/** Takes LMDB's write lock, as a disk that hangs in the middle of a transaction would, and keeps it until input ends. */
import { readSync, writeSync } from 'node:fs';
import { open } from 'lmdb';

const [file = ''] = process.argv.slice(2);
const root = open(file, { overlappingSync: false });
root.transactionSync(() => {
  writeSync(1, 'blocked\n');
  readSync(0, Buffer.alloc(1));
});
await root.close();
