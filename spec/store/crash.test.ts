import test from 'ava';
import { JOURNAL_BYTES } from '../../src/store/journal.ts';
import { openLmdbStore } from '../../src/store/lmdb-store.ts';
import { kill, lines, start } from './programs/child.ts';
import { backlog } from './samples.ts';
import { temporaryDirectory } from './temporary.ts';

/** In the small journal LMDB takes over every few writes, so that most kills come while it does. */
const stores = [
  { durability: 'disk', journalBytes: JOURNAL_BYTES },
  { durability: 'disk', journalBytes: 4_096 },
  { durability: 'process', journalBytes: 4_096 },
] as const;

for (const { durability, journalBytes } of stores) {
  const title = `killed in the middle of writes, durable on ${durability}, a journal of ${journalBytes} bytes`;
  test(`${title}: all that was acknowledged is there`, async (t) => {
    const directory = await temporaryDirectory(t);
    let incarnation = 0;
    let acknowledged = 0;
    for (const enough of [1, 2, 30, 177, 500]) {
      const child = start(t, 'write', directory, durability, String(journalBytes));
      let heard = 0;
      for await (const line of lines(child)) {
        acknowledged = Number(line);
        heard += 1;
        if (heard === enough) child.kill('SIGKILL');
      }
      await kill(child);
      incarnation += 2;

      const store = await openLmdbStore({ directory, durability, journalBytes });
      t.is(store.incarnation, incarnation, 'one for the killed life, one for this');
      const slots = ['a', 'b', 'c'].map((name) => store.load(name)?.register.mark?.slot ?? 0);
      const [slot = 0] = slots;
      t.true(
        slot === acknowledged || slot === acknowledged + 1,
        `acknowledged ${acknowledged}, found ${slot}`,
      );
      t.deepEqual(slots, [slot, slot, slot], 'a write is whole or not there');
      t.deepEqual(store.load('a')?.backlog, backlog(slot));
      t.deepEqual(
        store.changes(0, 10).map(({ number, counter }) => [number, counter]),
        [
          [slot * 3, 'a'],
          [slot * 3 + 1, 'b'],
          [slot * 3 + 2, 'c'],
        ],
      );
      t.is(store.lastChange(), slot * 3 + 2);
      await store.close();
    }
  });
}
