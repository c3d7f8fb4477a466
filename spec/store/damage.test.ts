/** Whatever has become of the files: an error that names the file, or the data as they were; never a crash, never less. */
import { cp, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { open } from 'lmdb';
import { CorruptStoreError, StoreError } from '../../src/store/errors.ts';
import { openLmdbStore } from '../../src/store/lmdb-store.ts';
import { written } from '../codec/written.ts';
import { run } from './programs/child.ts';
import { chosen, counterWrite, persist, writeOf } from './samples.ts';
import { createDirectory, temporaryDirectory } from './temporary.ts';

const PAGE = 4_096;
const COUNTERS = 300;

const template = await createDirectory();
test.before('a store of several pages, some of them overflow pages', () => createStore(template));
test.after.always('it is removed', () => rm(template, { recursive: true, force: true }));

async function createStore(directory: string): Promise<void> {
  const store = await openLmdbStore({ directory, durability: 'disk' });
  for (const round of [1, 2]) {
    const counters = Array.from({ length: COUNTERS }, (_, at) => {
      const change = (round - 1) * COUNTERS + at + 1;
      const total = at % 100 === 0 ? 10n ** 6_000n : BigInt(at);
      return counterWrite(`c${at}`, chosen(round, total), change, round === 1 ? 0 : change - COUNTERS);
    });
    await persist(store, writeOf(...counters));
  }
  // What is small fits into pages that are free by now: so the file ends with the overflow pages of what is large.
  await persist(store, writeOf(counterWrite('c1', chosen(2, 1n), COUNTERS + 2, COUNTERS + 2)));
  await persist(store, writeOf(counterWrite('large', chosen(1, 10n ** 100_000n), 2 * COUNTERS + 1)));
  await store.close();
  // Opened again, LMDB has all of it.
  await (await openLmdbStore({ directory, durability: 'disk' })).close();
}

/** Of which six digits are read: without the large ones. */
const intact = { outcome: 'read', counters: COUNTERS + 1, sum: String((299 * 300) / 2 - 300) };

async function copy(t: ExecutionContext): Promise<{ directory: string; file: string; content: Buffer }> {
  const directory = join(await temporaryDirectory(t), 'data');
  await cp(template, directory, { recursive: true });
  const file = join(directory, 'quorate.mdb');
  return { directory, file, content: await readFile(file) };
}

function garbage(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return state >> 16;
    }),
  );
}

async function outcome(
  t: ExecutionContext,
  directory: string,
): Promise<{ outcome: string; message: string }> {
  const { lines, end } = await run(t, 'open', directory);
  t.is(end, 0, 'no crash');
  return JSON.parse(lines.join());
}

const damages: Record<string, { damage: (content: Buffer) => Buffer; message: RegExp }> = {
  emptied: { damage: () => Buffer.alloc(0), message: /it is empty/ },
  'cut to a byte': { damage: (content) => content.subarray(0, 1), message: /it was truncated/ },
  'cut to its first page': { damage: (content) => content.subarray(0, PAGE), message: /it was truncated/ },
  'cut to its meta pages': {
    damage: (content) => content.subarray(0, 2 * PAGE),
    message: /it was truncated/,
  },
  'cut in half': {
    damage: (content) => content.subarray(0, content.length / 2),
    message: /it was truncated/,
  },
  zeroed: { damage: (content) => Buffer.alloc(content.length), message: /no meta page of LMDB at byte 0/ },
  'zeroed but for its first page': {
    damage: (content) => Buffer.concat([content.subarray(0, PAGE), Buffer.alloc(content.length - PAGE)]),
    message: /no meta page of LMDB at byte 4096/,
  },
  'zeroed but for its meta pages': {
    damage: (content) =>
      Buffer.concat([content.subarray(0, 2 * PAGE), Buffer.alloc(content.length - 2 * PAGE)]),
    message: /is not what was written there/,
  },
  'overwritten with garbage': {
    damage: (content) => garbage(content.length),
    message: /no meta page of LMDB/,
  },
  'replaced by a text': {
    damage: () => Buffer.from('hello '.repeat(9_999)),
    message: /no meta page of LMDB/,
  },
  'of another version of LMDB': {
    damage(content) {
      content.writeUInt32LE(1, 28);
      return content;
    },
    message: /expected version 2 of LMDB's format, found 1/,
  },
};

for (const [what, { damage, message }] of Object.entries(damages)) {
  test(`a data file ${what} is refused, and named`, async (t) => {
    const { directory, file, content } = await copy(t);
    await writeFile(file, damage(content));
    const refused = await outcome(t, directory);
    t.is(refused.outcome, 'refused');
    t.true(
      refused.message.startsWith(`${file}: expected the data of an initialised store: `),
      refused.message,
    );
    t.regex(refused.message, message);
  });
}

test('a data file that is gone is refused, and named', async (t) => {
  const { directory, file } = await copy(t);
  await rm(file);
  const refused = await outcome(t, directory);
  t.true(refused.message.startsWith(`${file}: expected the data of an initialised store`), refused.message);
});

test("a data file of SQLite, another store's, and any other of LMDB are refused, and named", async (t) => {
  const { directory, file } = await copy(t);
  const other = join(await temporaryDirectory(t), 'other');
  await rm(file);
  const sqlite = new DatabaseSync(file);
  sqlite.exec('CREATE TABLE a (b)');
  sqlite.close();
  const message = async () => (await outcome(t, directory)).message;
  t.regex(await message(), /quorate\.mdb: .*no meta page of LMDB at byte 0/);
  await createStore(other);
  await cp(join(other, 'quorate.mdb'), file);
  t.regex(await message(), /quorate\.mdb: expected the store [0-9a-f-]+ of quorate\.json, found [0-9a-f-]+$/);
  await rm(file);
  const foreign = open(file, {});
  await foreign.put('a', 'b');
  await foreign.close();
  t.regex(await message(), /quorate\.mdb: expected the store [0-9a-f-]+ of quorate\.json, found none/);
});

/** The damaged pages one by one, in as few processes as there are crashes, that is: in one. */
async function everyPage(
  t: ExecutionContext,
  damage: (content: Buffer, page: number) => Buffer,
): Promise<void> {
  const above = await temporaryDirectory(t);
  const content = await readFile(join(template, 'quorate.mdb'));
  const directories = Array.from({ length: content.length / PAGE }, (_, page) => join(above, String(page)));
  for (const [page, directory] of directories.entries()) {
    await mkdir(directory);
    for (const name of ['quorate.json', 'journal-0', 'journal-1']) {
      await cp(join(template, name), join(directory, name));
    }
    await writeFile(join(directory, 'quorate.mdb'), damage(Buffer.from(content), page));
  }
  const { lines, end } = await run(t, 'open', ...directories);
  t.is(end, 0, `it crashed on page ${lines.length}`);
  const outcomes = lines.map((line) => JSON.parse(line));
  const refused = outcomes.filter((each) => each.outcome === 'refused');
  t.true(refused.length > 5);
  for (const { message } of refused) t.regex(message, /quorate\.mdb: /);
  // What is still read, in spite of the damage to an unused page, is everything.
  for (const each of outcomes) if (!refused.includes(each)) t.like(each, intact);
}

test('cut after any page: refused, or all is read', (t) =>
  everyPage(t, (content, page) => content.subarray(0, page * PAGE)));

test('any page zeroed: refused, or all is read', (t) =>
  everyPage(t, (content, page) => content.fill(0, page * PAGE, (page + 1) * PAGE)));

test('any page overwritten with garbage: refused, or all is read', (t) =>
  everyPage(t, (content, page) => content.fill(garbage(PAGE), page * PAGE, (page + 1) * PAGE)));

test('any page that lost its last entry: refused, or all is read', (t) =>
  everyPage(t, (content, page) => {
    const flags = content.readUInt16LE(page * PAGE + 18);
    const end = content.readUInt16LE(page * PAGE + 20);
    if (flags === 0x02) content.writeUInt16LE(end - 2, page * PAGE + 20);
    return content;
  }));

test('a flipped bit in a record is found by its checksum when that is read; others are read', async (t) => {
  const { directory, file, content } = await copy(t);
  // Only this counter has this total behind that slot.
  const total = written((to) => {
    to.natural(2);
    to.integer(234n);
  });
  const at = content.lastIndexOf(total) + total.length - 1;
  t.true(at >= total.length);
  content[at] = (content[at] ?? 0) ^ 1;
  await writeFile(file, content);
  const store = await openLmdbStore({ directory, durability: 'disk' });
  const error = t.throws(() => store.load('c234'), { instanceOf: CorruptStoreError });
  t.deepEqual([error.file, error.key], [file, 'registers/c234']);
  t.deepEqual(store.load('c233')?.register, chosen(2, 233n));
  await store.close();
});

const markers: Record<string, { marker: string; message: RegExp }> = {
  empty: { marker: '', message: /expected the JSON that marks a store of Quorate/ },
  'of something else': { marker: '{"name":"quorate"}', message: /expected the marker of a store of Quorate/ },
  'of a later format': {
    marker: '{"store":"quorate","format":8}',
    message: /expected a store of format 7, found format 8/,
  },
  'of an earlier format': {
    marker: '{"store":"quorate","format":6}',
    message: /expected a store of format 7, found format 6/,
  },
  'without identity': {
    marker: '{"store":"quorate","format":7,"state":"ready"}',
    message: /expected the marker of a store of Quorate: .*\n.*identity/,
  },
  'of another store': {
    marker:
      '{"store":"quorate","format":7,"identity":"0b0c9a52-7f7f-4c1c-8a64-0a94a3b2f7d1","state":"ready"}',
    message: /expected the store 0b0c9a52-7f7f-4c1c-8a64-0a94a3b2f7d1 of quorate\.json, found [0-9a-f-]+$/,
  },
};

for (const [what, { marker, message }] of Object.entries(markers)) {
  test(`a marker that is ${what} is refused`, async (t) => {
    const { directory } = await copy(t);
    await writeFile(join(directory, 'quorate.json'), marker);
    const opened = openLmdbStore({ directory, durability: 'disk' });
    const error = await t.throwsAsync(opened, { instanceOf: StoreError, message });
    t.true(error.message.startsWith(join(directory, 'quorate.')));
  });
}

test('a data file without its marker is refused', async (t) => {
  const { directory, file } = await copy(t);
  await rm(join(directory, 'quorate.json'));
  const error = await t.throwsAsync(openLmdbStore({ directory, durability: 'disk' }), {
    instanceOf: StoreError,
  });
  t.is(error.message, `${file}: expected quorate.json beside it, which tells whose data it is`);
});

test('a creation that was interrupted starts over', async (t) => {
  const directory = await temporaryDirectory(t);
  const identity = '0b0c9a52-7f7f-4c1c-8a64-0a94a3b2f7d1';
  const marker = { store: 'quorate', format: 7, identity, state: 'creating' };
  await writeFile(join(directory, 'quorate.json'), JSON.stringify(marker));
  await writeFile(join(directory, 'quorate.mdb'), garbage(10_000));
  const store = await openLmdbStore({ directory, durability: 'disk' });
  t.is(store.incarnation, 1);
  t.not(store.identity, identity);
  await store.close();
  const again = await openLmdbStore({ directory, durability: 'disk' });
  t.deepEqual([again.incarnation, again.identity], [2, store.identity]);
  await again.close();
});

test('a directory is made where there is none, for this user only', async (t) => {
  const directory = join(await temporaryDirectory(t), 'a', 'b');
  const store = await openLmdbStore({ directory, durability: 'disk' });
  await store.close();
  const { mode } = await stat(directory);
  t.is(mode & 0o777, 0o700);
});

test('a file, or a link to nowhere, in place of the directory is said', async (t) => {
  const above = await temporaryDirectory(t);
  const file = join(above, 'file');
  const link = join(above, 'link');
  await writeFile(file, '');
  await symlink(join(above, 'nowhere', 'at all'), link);
  for (const directory of [file, join(file, 'below'), link]) {
    const error = await t.throwsAsync(openLmdbStore({ directory, durability: 'disk' }), {
      instanceOf: StoreError,
    });
    t.is(error.message, `${directory}: expected a directory that this user can read and write`);
    t.true(error.cause instanceof Error);
  }
});
