/** Opens each directory in turn, reads all that is in it, and prints what came of it: one JSON object a line. */
import { openLmdbStore } from '../../../src/store/lmdb-store.ts';

async function report(directory: string): Promise<object> {
  try {
    const store = await openLmdbStore({ directory, durability: 'disk' });
    try {
      const names = store.changes(0, 1_000_000).map(({ counter }) => counter);
      const totals = names.map((name) => store.load(name)?.register.mark?.state.total ?? 0n);
      const sum = totals.reduce((a, b) => a + b, 0n);
      return {
        outcome: 'read',
        counters: names.length,
        sum: String(sum % 1_000_000n),
        identity: store.identity,
      };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { outcome: 'refused', name: error.name, message: error.message };
  }
}

for (const directory of process.argv.slice(2)) {
  process.stdout.write(`${JSON.stringify(await report(directory))}\n`);
}
