import { existsSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import test from 'ava';
import fc from 'fast-check';
import type { StoreWrite } from '../../src/runtime/ports.ts';
import { JOURNAL_BYTES } from '../../src/store/journal.ts';
import { openLmdbStore } from '../../src/store/lmdb-store.ts';
import { MemoryDisk, MemoryStore } from '../../src/store/memory-store.ts';
import { storeContract } from './contract.ts';
import { backlog, chosen, counterWrite, persist, vote, writeOf } from './samples.ts';
import { createDirectory, temporaryDirectory } from './temporary.ts';

/** Of one byte: every write begins a generation. */
const journals = [
  { durability: 'disk', journalBytes: JOURNAL_BYTES },
  { durability: 'process', journalBytes: JOURNAL_BYTES },
  { durability: 'process', journalBytes: 1 },
] as const;

for (const { durability, journalBytes } of journals) {
  storeContract(`lmdb, durable on ${durability}, a journal of ${journalBytes} bytes`, async () => {
    const directory = await createDirectory();
    return {
      open: () => openLmdbStore({ directory, durability, journalBytes }),
      remove: () => rm(directory, { recursive: true, force: true }),
    };
  });
}

const name = fc.constantFrom('a', 'b', 'c', '\u{ff5e}', '\u{1f600}');
const actor = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.2:7778');
const step = fc.record({
  counters: fc.uniqueArray(fc.record({ counter: name, marks: fc.boolean(), actor }), {
    selector: (each) => each.counter,
  }),
  backlogs: fc.array(fc.record({ counter: name, sequence: fc.option(fc.nat()) })),
  reopens: fc.boolean(),
});
const bytes = fc.constantFrom(1, 1_000, JOURNAL_BYTES);

test('any sequence of writes and openings leaves in LMDB what it leaves in memory', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), bytes, async (steps, journalBytes) => {
      const directory = await createDirectory();
      const disk = new MemoryDisk('a store');
      let memory = new MemoryStore(disk);
      const open = () => openLmdbStore({ directory, durability: 'process', journalBytes });
      let lmdb = await open();
      try {
        let change = 0;
        for (const [at, { counters, backlogs, reopens }] of steps.entries()) {
          const write: StoreWrite = {
            counters: counters.map(({ counter, marks, actor }) => {
              const ballot = { round: at + 1, actor };
              const before = memory.load(counter);
              const previousChange = before?.change ?? 0;
              if (!marks) {
                const register = {
                  promise: null,
                  vote: { ...vote(at + 1), ballot },
                  mark: before?.register.mark ?? null,
                };
                return { counter, register, change: previousChange, previousChange };
              }
              change += 1;
              const last = { ...vote(at + 1), ballot };
              return {
                counter,
                register: { promise: ballot, vote: last, mark: last },
                change,
                previousChange,
              };
            }),
            backlogs: backlogs.map(({ counter, sequence }) => ({
              counter,
              backlog: sequence === null ? null : backlog(sequence),
            })),
            membership: null,
          };
          await Promise.all([persist(memory, write), persist(lmdb, write)]);
          if (reopens) {
            await lmdb.close();
            lmdb = await open();
            memory = new MemoryStore(disk);
          }
          for (const store of [memory, lmdb]) t.is(store.lastChange(), change);
          t.is(lmdb.holdsCounters(), memory.holdsCounters());
          t.deepEqual(lmdb.changes(change - 3, 2), memory.changes(change - 3, 2));
          t.deepEqual(lmdb.changes(0, 100), memory.changes(0, 100));
          t.deepEqual(lmdb.backlogs('b', 2), memory.backlogs('b', 2));
          for (const counter of ['a', 'b', 'c', '\u{ff5e}', '\u{1f600}']) {
            t.deepEqual(lmdb.load(counter), memory.load(counter));
          }
        }
      } finally {
        await lmdb.close();
        await rm(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: 30 },
  );
});

const MAPS = '/proc/self/maps';

(existsSync(MAPS) ? test : test.skip)('LMDB has one map of its file, however much that grows', async (t) => {
  const directory = await temporaryDirectory(t);
  const store = await openLmdbStore({ directory, durability: 'process', journalBytes: 1 });
  t.teardown(() => store.close());
  const maps = async () => {
    const lines = (await readFile(MAPS, 'utf8')).split('\n');
    return lines.filter((line) => line.includes(directory) && line.endsWith('.mdb')).length;
  };
  t.is(await maps(), 1);
  for (const slot of [1, 2, 3])
    await persist(store, writeOf(counterWrite('large', chosen(slot, 10n ** 800_000n))));
  t.true((await stat(`${directory}/quorate.mdb`)).size > 600_000);
  t.is(await maps(), 1);
});
