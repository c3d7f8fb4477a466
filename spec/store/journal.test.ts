/** Whatever has become of the journal: an error that names the file, or all that was acknowledged. */
import { cp, open, readdir, readFile, readlink, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { StoreError } from '../../src/store/errors.ts';
import { openLmdbStore } from '../../src/store/lmdb-store.ts';
import { chosen, counterWrite, persist, writeOf } from './samples.ts';
import { createDirectory, temporaryDirectory } from './temporary.ts';

const WRITES = 5;
const JOURNAL = 8_192;
/** Generation 1 is that of the creation, 2 that of the first opening. */
const FILE = 'journal-0';

const template = await createDirectory();
/** Where each entry of its journal ends, the first one of the generation first. */
const ends: number[] = [];

test.before('a store whose last writes are in its journal only', async () => {
  const store = await reopen(template);
  for (let slot = 1; slot <= WRITES; slot += 1) await persist(store, write(slot));
  // Copied as a process that is killed leaves it.
  await cp(template, `${template}-killed`, { recursive: true });
  await store.close();
  const content = await readFile(join(`${template}-killed`, FILE));
  for (let at = 0; content.readUInt32BE(at) > 0; ends.push(at)) at += 16 + content.readUInt32BE(at);
});

test.after.always('it is removed', async () => {
  for (const directory of [template, `${template}-killed`])
    await rm(directory, { recursive: true, force: true });
});

const reopen = (directory: string) => openLmdbStore({ directory, durability: 'disk', journalBytes: JOURNAL });

const write = (slot: number) => writeOf(counterWrite('a', chosen(slot), slot, slot - 1));

async function copy(t: ExecutionContext): Promise<{ directory: string; file: string; content: Buffer }> {
  const directory = join(await temporaryDirectory(t), 'data');
  await cp(`${template}-killed`, directory, { recursive: true });
  const file = join(directory, FILE);
  return { directory, file, content: await readFile(file) };
}

async function slotIn(directory: string): Promise<number> {
  const store = await reopen(directory);
  const slot = store.load('a')?.register.vote?.slot ?? 0;
  await store.close();
  return slot;
}

async function refused(t: ExecutionContext, directory: string): Promise<string> {
  const error = await t.throwsAsync(reopen(directory), { instanceOf: StoreError });
  return error.message;
}

test('an entry whose checksum holds, but that makes no sense, is refused', async (t) => {
  const { directory, file, content } = await copy(t);
  const { identity } = JSON.parse(await readFile(join(directory, 'quorate.json'), 'utf8'));
  const [at = 0, end] = ends.slice(-2);
  // The length of a table's name.
  content[at + 16] = 0x7f;
  content.writeUInt32BE(crc32(content.subarray(at + 8, end), crc32(identity)), at + 4);
  await writeFile(file, content);
  t.regex(
    await refused(t, directory),
    /journal-0: .* entry 5 does not make sense: table: expected more bytes/,
  );
});

test('what is in the journal only is there when the store is opened again, and again', async (t) => {
  const { directory } = await copy(t);
  t.is(ends.length, WRITES + 1);
  t.is(await slotIn(directory), WRITES);
  const store = await reopen(directory);
  t.deepEqual(
    store.changes(0, 10).map(({ number }) => number),
    [WRITES],
  );
  await persist(store, write(WRITES + 1));
  await store.close();
  t.is(await slotIn(directory), WRITES + 1);
});

test('an entry that was cut off anywhere is as if it had not been begun', async (t) => {
  const { directory, file, content } = await copy(t);
  const [start = 0, end = 0] = ends.slice(-2);
  for (let cut = start; cut < end; cut += 1) {
    await rm(directory, { recursive: true });
    await cp(`${template}-killed`, directory, { recursive: true });
    await writeFile(file, Buffer.from(content).fill(0, cut));
    t.is(await slotIn(directory), WRITES - 1, `cut after ${cut - start} bytes`);
  }
});

test('a flipped bit in front of the last entry is found', async (t) => {
  const { directory, file, content } = await copy(t);
  const last = ends.at(-2) ?? 0;
  for (let at = 0; at < last; at += 1) {
    const damaged = Buffer.from(content);
    damaged[at] = (content[at] ?? 0) ^ (1 << (at % 8));
    await writeFile(file, damaged);
    const message = await refused(t, directory);
    t.true(message.startsWith(`${file}: expected the journal of an initialised store: `), message);
    t.regex(message, /entry \d is damaged, entry \d is not/);
  }
});

const damages: Record<string, { damage: (file: string) => Promise<void>; message: RegExp }> = {
  gone: { damage: (file) => rm(file), message: /generation 2 does not begin there/ },
  emptied: { damage: (file) => truncate(file), message: /it is empty/ },
  zeroed: {
    damage: (file) => writeFile(file, Buffer.alloc(JOURNAL)),
    message: /generation 2 does not begin there/,
  },
  'cut after its entries': {
    damage: (file) => truncate(file, JOURNAL - 1),
    message: /it has 8191 bytes and was made with 8192: it was truncated/,
  },
  'replaced by a text': {
    damage: (file) => writeFile(file, 'hello '.repeat(2_000)),
    message: /generation 2 does not begin there/,
  },
};

for (const [what, { damage, message }] of Object.entries(damages)) {
  test(`a journal that is ${what} is refused, and named`, async (t) => {
    const { directory, file } = await copy(t);
    await damage(file);
    const said = await refused(t, directory);
    t.true(said.startsWith(`${file}: expected the journal of an initialised store: `), said);
    t.regex(said, message);
  });
}

for (const [what, { damage, message }] of Object.entries({
  gone: { damage: (file: string) => rm(file), message: /journal-1: .*it cannot be read$/ },
  emptied: { damage: (file: string) => truncate(file), message: /journal-1: .*it is empty$/ },
})) {
  test(`the other file of the journal is refused, too, when it is ${what}`, async (t) => {
    const { directory } = await copy(t);
    await damage(join(directory, 'journal-1'));
    // LMDB has all before generation 2, and so generation 3 would be there.
    t.regex(await refused(t, directory), message);
  });
}

test('a name of a counter that looks like an entry of a later generation is not taken for one', async (t) => {
  const directory = await temporaryDirectory(t);
  const killed = join(await temporaryDirectory(t), 'killed');
  const store = await reopen(directory);
  const name = [4, 6, 8].map(forgedEntry).join('');
  const generation = async () => (await readFile(join(directory, FILE))).readUInt32BE(8);
  for (let slot = 1; (await generation()) < 4; slot += 1) {
    await persist(store, writeOf(counterWrite(name, chosen(slot), slot, slot - 1)));
  }
  await cp(directory, killed, { recursive: true });
  await store.close();
  const again = await reopen(killed);
  t.not(again.load(name), null);
  await again.close();
});

/** Of no content, with a checksum that is ASCII as all of it. */
function forgedEntry(generation: number): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(generation, 8);
  for (let number = 0x0100; ; number += 1) {
    bytes.writeUInt32BE(number, 12);
    bytes.writeUInt32BE(crc32(bytes.subarray(8)), 4);
    if (bytes.every((byte) => byte < 0x80)) return bytes.toString();
  }
}

test('a journal that cannot be begun, with or without room for its file, keeps nothing open', async (t) => {
  const { directory } = await copy(t);
  const full = '/dev/full';
  await symlink(full, join(directory, 'journal-1.new'));
  for (const journalBytes of [0, JOURNAL]) {
    const opened = openLmdbStore({ directory, durability: 'disk', journalBytes });
    await t.throwsAsync(opened, { code: 'ENOSPC' });
    const files = (await readdir('/proc/self/fd')).map((file) =>
      readlink(`/proc/self/fd/${file}`).catch(() => ''),
    );
    t.false((await Promise.all(files)).includes(full), `room for ${journalBytes} bytes`);
  }
  await rm(join(directory, 'journal-1.new'));
  t.is(await slotIn(directory), WRITES);
});

test("another store's journal is refused", async (t) => {
  const { directory, file } = await copy(t);
  const other = await temporaryDirectory(t);
  await (await reopen(other)).close();
  await cp(join(other, FILE), file);
  t.regex(await refused(t, directory), /journal-0: .*it is of the store [0-9a-f-]+$/);
});

test('stopped between the begin of a generation and what LMDB takes over: both generations are read', async (t) => {
  const { directory, content } = await copy(t);
  const [begun = 0] = ends;
  // As the next generation begins: in the other file, with the number after, with an entry of its own.
  const next = join(directory, 'journal-1');
  const follower = await temporaryDirectory(t);
  await cp(`${template}-killed`, follower, { recursive: true });
  await (await reopen(follower)).close();
  await cp(join(follower, 'journal-1'), next);
  const file = await open(next);
  const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0);
  await file.close();
  t.is(buffer.readUInt32BE(8), 3, 'generation 3');
  t.true(content.length >= begun);
  const both = join(await temporaryDirectory(t), 'both');
  await cp(directory, both, { recursive: true });
  t.is(await slotIn(directory), WRITES);
  t.is(await slotIn(directory), WRITES);
  // The next one has begun, so that the last entry of this one was whole.
  const damaged = Buffer.from(content);
  const last = (ends.at(-1) ?? 0) - 1;
  damaged[last] = (content[last] ?? 0) ^ 1;
  await writeFile(join(both, FILE), damaged);
  t.regex(
    await refused(t, both),
    /journal-0: .*it has 5 whole entries, and had 6 when the next generation began$/,
  );
});

test('a write larger than the whole journal is kept', async (t) => {
  const directory = await temporaryDirectory(t);
  const store = await reopen(directory);
  const total = 10n ** 50_000n;
  await persist(store, writeOf(counterWrite('large', chosen(1, total), 1)));
  await persist(store, writeOf(counterWrite('small', chosen(2), 2)));
  await persist(store, writeOf(counterWrite('large', chosen(3, total + 1n), 3, 1)));
  await store.close();
  const again = await reopen(directory);
  t.deepEqual(again.load('large')?.register, chosen(3, total + 1n));
  t.deepEqual(again.load('small')?.register, chosen(2));
  t.deepEqual(
    again.changes(0, 10).map(({ counter }) => counter),
    ['small', 'large'],
  );
  await again.close();
});
