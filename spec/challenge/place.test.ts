import { chmod, copyFile, lstat, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { choosePlace, extractionKey, places } from '../../src/challenge/place.ts';

const uid = process.getuid?.() ?? 0;

async function temporary(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-place-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Places in parents that are there, and an attempt that fails in some of them. */
async function given(t: ExecutionContext, failing: readonly string[] = []) {
  const directory = await temporary(t);
  const [first, second] = ['first', 'second'].map((name) => join(directory, name));
  if (first === undefined || second === undefined) throw new Error('impossible');
  const attempt = async (place: string) => {
    if (failing.some((name) => place.endsWith(name))) throw new Error('no room');
  };
  return { first, second, choice: { places: [first, second], id: '1', uid, attempt } };
}

test('places: the folder first, then what stays the same, then what may be different at the next start', (t) => {
  const environment = { TMPDIR: '/with space', HOME: '/home/me' };
  t.deepEqual(places({ folder: '/x/challenge', key: 'k', uid: 7, environment, cwd: '/x' }), [
    '/x/challenge/quorate-7-k',
    '/var/tmp/quorate-7-k',
    '/tmp/quorate-7-k',
    '/with space/quorate-7-k',
    '/home/me/quorate-7-k',
    '/x/quorate-7-k',
  ]);
});

test('places: none twice, and none relative to a working directory', (t) => {
  const environment = { TMPDIR: '/tmp', HOME: 'me' };
  t.deepEqual(places({ folder: '/f', key: 'k', uid: 7, environment, cwd: null }), [
    '/f/quorate-7-k',
    '/var/tmp/quorate-7-k',
    '/tmp/quorate-7-k',
  ]);
  t.is(places({ folder: '/f', key: 'k', uid: 7, environment: { TMPDIR: '' }, cwd: '/tmp' }).length, 3);
});

test('the first place that works is taken, with a directory that is private', async (t) => {
  const { first, choice } = await given(t);
  t.is(await choosePlace(choice), first);
  const { mode, uid: owner } = await lstat(first);
  t.deepEqual([mode & 0o777, owner], [0o700, uid]);
  t.is(await choosePlace(choice), first, 'and again');
});

test('a place where a store cannot work is passed over', async (t) => {
  const { second, choice } = await given(t, ['first']);
  t.is(await choosePlace(choice), second);
});

test('a place where data of this id are is taken before any other, and without an attempt', async (t) => {
  const { first, second, choice } = await given(t, ['second']);
  await mkdir(join(second, '1'), { recursive: true });
  t.is(await choosePlace(choice), second);
  t.is(await choosePlace({ ...choice, id: '2' }), first, 'data of another id are no reason');
});

test('what belongs to another user, is a link or is no directory is passed over, even with data in it', async (t) => {
  const { first, second, choice } = await given(t);
  await mkdir(join(first, '1'), { recursive: true });
  const other = { ...choice, places: [first], uid: uid + 1 };
  const error = await t.throwsAsync(choosePlace(other));
  t.regex(error.message, new RegExp(`${first}: expected a directory of user ${uid + 1}`));

  await rename(first, join(first, '../target'));
  await symlink(join(first, '../target'), first);
  t.is(await choosePlace(choice), second);
  await rm(first);
  await rm(second, { recursive: true });
  await writeFile(first, '');
  t.is(await choosePlace(choice), second);
});

test('without any place the error names each and why', async (t) => {
  const { first, second, choice } = await given(t, ['second']);
  const gone = join(first, 'gone');
  const error = await t.throwsAsync(choosePlace({ ...choice, places: [gone, second] }));
  t.true(error.message.includes(`\n  ${gone}: ENOENT`), error.message);
  t.true(error.message.includes(`\n  ${second}: no room`), error.message);
  t.true(error.message.includes('QUORATE_DATA'));
});

test('the key is that of the extracted file: its rights and its name do not matter, a new one has another', async (t) => {
  const file = join(await temporary(t), 'file');
  await writeFile(file, 'a');
  const key = await extractionKey(file);
  t.regex(key, /^[0-9a-f]{16}$/);
  await chmod(file, 0o600);
  await rename(file, `${file}-moved`);
  t.is(await extractionKey(`${file}-moved`), key);
  await copyFile(`${file}-moved`, file);
  t.not(await extractionKey(file), key);
});
