import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { StoreInUseError } from '../../src/store/errors.ts';
import { openLmdbStore } from '../../src/store/lmdb-store.ts';
import { firstLine, kill, run, start } from './programs/child.ts';
import { temporaryDirectory } from './temporary.ts';

test('a second process is refused, and told which directory is in use', async (t) => {
  const directory = await temporaryDirectory(t);
  const store = await openLmdbStore({ directory, durability: 'disk' });
  const { lines } = await run(t, 'open', directory, directory);
  t.is(lines.length, 2);
  for (const line of lines) {
    const { outcome, name, message } = JSON.parse(line);
    t.deepEqual([outcome, name], ['refused', 'StoreInUseError']);
    t.true(message.startsWith(`${directory}: another process`));
  }
  await store.close();
});

test('a second store of the same process is refused', async (t) => {
  const directory = await temporaryDirectory(t);
  const store = await openLmdbStore({ directory, durability: 'disk' });
  const again = () => openLmdbStore({ directory, durability: 'disk' });
  const error = await t.throwsAsync(again, { instanceOf: StoreInUseError });
  t.is(error.directory, directory);
  t.regex((await t.throwsAsync(again)).message, /uses this data directory/);
  await store.close();
});

test('a refused store takes nothing from the one that is open', async (t) => {
  const directory = await temporaryDirectory(t);
  const store = await openLmdbStore({ directory, durability: 'disk' });
  await t.throwsAsync(openLmdbStore({ directory, durability: 'disk' }));
  const { lines } = await run(t, 'open', directory);
  t.regex(lines.join(), /StoreInUseError/, 'still excluded');
  await store.close();
  t.is((await openAndClose(directory)).incarnation, 2);
});

test('a closed store can be opened at once', async (t) => {
  const directory = await temporaryDirectory(t);
  for (const incarnation of [1, 2, 3]) t.is((await openAndClose(directory)).incarnation, incarnation);
  const files = ['journal-0', 'journal-1', 'lock', 'quorate.json', 'quorate.mdb', 'quorate.mdb-lock'];
  t.deepEqual((await readdir(directory)).sort(), files);
});

test("a killed process's store can be opened at once", async (t) => {
  const directory = await temporaryDirectory(t);
  for (const incarnation of [1, 3]) {
    const child = start(t, 'hold', directory);
    t.is(await firstLine(child), String(incarnation));
    await t.throwsAsync(openLmdbStore({ directory, durability: 'disk' }), { instanceOf: StoreInUseError });
    await kill(child);
    t.is((await openAndClose(directory)).incarnation, incarnation + 1);
  }
});

test('two directories are two stores', async (t) => {
  const above = await temporaryDirectory(t);
  const one = await openLmdbStore({ directory: join(above, 'one'), durability: 'disk' });
  const two = await openLmdbStore({ directory: join(above, 'two'), durability: 'disk' });
  t.not(one.identity, two.identity);
  await Promise.all([one.close(), two.close()]);
});

async function openAndClose(directory: string) {
  const store = await openLmdbStore({ directory, durability: 'disk' });
  await store.close();
  return store;
}
