import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { StoreError } from '../../src/store/errors.ts';
import { openLmdbStore } from '../../src/store/lmdb-store.ts';
import { run } from './programs/child.ts';
import { temporaryDirectory } from './temporary.ts';

const execute = promisify(execFile);

/** Runs `body` with a disk of its own, where this user may mount one. */
async function withDisk(
  t: ExecutionContext,
  options: string,
  body: (disk: string) => Promise<void>,
): Promise<void> {
  const disk = join(await temporaryDirectory(t), 'disk');
  await mkdir(disk);
  try {
    await execute('mount', ['-t', 'tmpfs', '-o', options, 'none', disk]);
  } catch (error) {
    t.log('SKIPPED: it takes root to mount a disk', String(error));
    t.pass();
    return;
  }
  try {
    await body(disk);
  } finally {
    await execute('umount', [disk]);
  }
}

test('a full disk fails the write and the store, reads go on, and nothing acknowledged is lost', (t) =>
  withDisk(t, 'size=24m', async (disk) => {
    const directory = join(disk, 'data');
    const filled = await run(t, 'fill', directory);
    t.is(filled.end, 0, 'neither an unhandled rejection nor a crash of LMDB');
    const report = JSON.parse(filled.lines.join());
    t.true(report.acknowledged > 0);
    t.regex(report.message, /nothing more is written: (Input\/output error|No space left on device|ENOSPC)/);
    t.true(report.sameErrorNext);
    t.is(report.readSlot, report.acknowledged);
    t.deepEqual(report.readChanges, [report.acknowledged]);

    await execute('mount', ['-o', 'remount,size=60m', disk]);
    const { lines } = await run(t, 'open', directory);
    t.like(JSON.parse(lines.join()), { outcome: 'read', counters: 1, sum: String(report.acknowledged) });
  }));

test('a new store that would have no room is refused', (t) =>
  withDisk(t, 'size=64k', async (disk) => {
    const { lines, end } = await run(t, 'open', join(disk, 'data'));
    t.is(end, 0);
    t.regex(
      JSON.parse(lines.join()).message,
      /data: expected at least 16777216 bytes of free space, found \d+/,
    );
  }));

test('a disk that cannot be written is said', (t) =>
  withDisk(t, 'ro', async (directory) => {
    const opened = openLmdbStore({ directory, durability: 'disk' });
    const error = await t.throwsAsync(opened, { instanceOf: StoreError });
    t.is(error.message, `${directory}: expected a directory that this user can read and write`);
    t.like(error.cause, { code: 'EROFS' });
  }));
