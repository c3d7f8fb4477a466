import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** A directory of its own, removed after the test. */
export async function temporaryDirectory(t: ExecutionContext): Promise<string> {
  const directory = await createDirectory();
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export function createDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'quorate-store-'));
}
