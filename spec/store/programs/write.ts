/** Writes number after number to three counters at once, and prints each number once it is acknowledged. */
import { writeSync } from 'node:fs';
import type { Durability } from '../../../src/store/environment.ts';
import { openLmdbStore } from '../../../src/store/lmdb-store.ts';
import { backlog, chosen, counterWrite, persist } from '../samples.ts';

const [directory = '', durability = 'disk', journalBytes = ''] = process.argv.slice(2);
const store = await openLmdbStore({
  directory,
  durability: durability as Durability,
  journalBytes: Number(journalBytes),
});

for (let number = (store.load('a')?.register.vote?.slot ?? 0) + 1; ; number += 1) {
  const change = number * 3;
  const first = number === 1;
  const counters = ['a', 'b', 'c'].map((name, at) =>
    counterWrite(name, chosen(number), change + at, first ? 0 : change + at - 3),
  );
  await persist(store, {
    counters,
    backlogs: [{ counter: 'a', backlog: backlog(number) }],
    membership: null,
  });
  writeSync(1, `${number}\n`);
}
