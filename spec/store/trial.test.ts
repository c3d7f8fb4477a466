import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import test from 'ava';
import { tryStore } from '../../src/store/trial.ts';
import { temporaryDirectory } from './temporary.ts';

const execute = promisify(execFile);

test('where a store works a trial of it does, and leaves nothing', async (t) => {
  const directory = await temporaryDirectory(t);
  await t.notThrowsAsync(tryStore(directory));
  t.deepEqual(await readdir(directory), []);
});

test('where there is no directory it says so', async (t) => {
  const directory = await temporaryDirectory(t);
  await t.throwsAsync(tryStore(`${directory}/gone`), { code: 'ENOENT' });
});

test('where there is no room it says so, and leaves nothing', async (t) => {
  const directory = await temporaryDirectory(t);
  try {
    await execute('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', directory]);
  } catch (error) {
    t.log('SKIPPED: it takes root to mount a disk', String(error));
    t.pass();
    return;
  }
  try {
    await t.throwsAsync(tryStore(directory), { message: /expected at least 16777216 bytes of free space/ });
    t.deepEqual(await readdir(directory), []);
  } finally {
    await execute('umount', [directory]);
  }
});
