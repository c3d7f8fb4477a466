/**
 * Writes until the disk is full, and prints what the store says then, as JSON: the last acknowledged number, the error,
 * what the next write is answered, and what is still read.
 */
import { openLmdbStore } from '../../../src/store/lmdb-store.ts';
import { chosen, counterWrite, persist, writeOf } from '../samples.ts';

const [directory = ''] = process.argv.slice(2);
const store = await openLmdbStore({ directory, durability: 'disk' });

function fill(number: number): Promise<void> {
  const large = Array.from({ length: 20 }, (_, at) =>
    counterWrite(`${number}/${at}`, chosen(1, 10n ** 2_000n)),
  );
  return persist(store, writeOf(counterWrite('number', chosen(number), number, number - 1), ...large));
}

async function failure(number: number): Promise<unknown> {
  return fill(number).then(
    () => null,
    (error: unknown) => error,
  );
}

let number = 0;
let error: unknown = null;
while (error === null) {
  number += 1;
  error = await failure(number);
}
const next = await failure(number);
if (!(error instanceof Error)) throw error;
const report = {
  acknowledged: number - 1,
  message: error.message,
  cause: String(error.cause),
  sameErrorNext: next === error,
  readSlot: store.load('number')?.register.vote?.slot,
  readChanges: store.changes(0, 10).map((change) => change.number),
};
await store.close();
process.stdout.write(`${JSON.stringify(report)}\n`);
