/** Opens the store, says so, and keeps it until it is killed. */
import { openLmdbStore } from '../../../src/store/lmdb-store.ts';

const [directory = ''] = process.argv.slice(2);
const store = await openLmdbStore({ directory, durability: 'disk' });
process.stdout.write(`${store.incarnation}\n`);
process.stdin.resume().on('end', () => store.close());
