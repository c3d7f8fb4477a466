/** Whatever is started ends: with its use, or when this process is interrupted. */
import { existsSync, statfsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const stops = new Set<() => Promise<void>>();

export class NotStarted extends Error {
  override readonly name = 'NotStarted';
}

/** What is being started is stopped too, as soon as it has started. */
export async function during<R, T>(
  starting: Promise<R>,
  stop: (resource: R) => unknown,
  use: (resource: R) => Promise<T>,
): Promise<T> {
  let stopping: Promise<void> | null = null;
  const stopOnce = () => {
    stopping ??= starting.then(
      async (resource) => void (await stop(resource)),
      () => {},
    );
    return stopping;
  };
  stops.add(stopOnce);
  try {
    const resource = await starting.catch((cause: unknown) => {
      throw cause instanceof NotStarted ? cause : new NotStarted('it does not start', { cause });
    });
    return await use(resource);
  } finally {
    await stopOnce();
    stops.delete(stopOnce);
  }
}

/** The latest first. */
export async function stopAll(): Promise<void> {
  for (const stop of [...stops].reverse()) await stop().catch(() => {});
}

/** What `statfs` calls file systems that are in memory: tmpfs and ramfs. */
const IN_MEMORY = [0x01021994, 0x858458f6];

export class NoDisk extends Error {
  override readonly name = 'NoDisk';
}

/** Where a flush costs nothing, durability disk would seem to cost nothing. */
export function demandDisk(directory = tmpdir(), type = statfsSync(directory).type): void {
  if (!IN_MEMORY.includes(type)) return;
  const wanted = 'durability disk needs a directory on a disk: TMPDIR=DIRECTORY npm run bench …';
  throw new NoDisk(`${directory} is in memory, where a flush costs nothing; ${wanted}`);
}

const PREFIX = 'quorate-bench-';

/** A directory in which all that this process keeps for a while is, so that nothing of it is left. */
export async function temporary<T>(use: () => Promise<T>): Promise<T> {
  await removeLeftovers();
  const parent = tmpdir();
  const remove = async (directory: string) => {
    process.env.TMPDIR = parent;
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  return during(mkdtemp(join(parent, `${PREFIX}${process.pid}-`)), remove, async (directory) => {
    // Some servers do not run as root, and have to get through to their data.
    await chmod(directory, 0o711);
    process.env.TMPDIR = directory;
    return use();
  });
}

/** Of processes that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-')[0] : undefined;
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}
