/** Where the data go if nobody says it: beside the program if that works, else in a place that a restart finds again. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { explain } from '../observe/explain.ts';
import { syncDirectory } from '../store/directory.ts';

/**
 * The same at every start of one extracted `file`, another for any other: when it is extracted anew, it has an inode or at
 * least a birth time of its own. (Before Linux 4.11 Node cannot learn that, and gives the time when the file or its rights
 * were last changed.) The number of the device may change whenever it is mounted, so it is the last resort.
 */
export async function extractionKey(file: string): Promise<string> {
  const { dev, ino, birthtimeNs } = await stat(file, { bigint: true });
  const identity = birthtimeNs > 0n ? `born ${birthtimeNs}` : `on ${dev}`;
  return createHash('sha256').update(`${ino} ${identity}`).digest('hex').slice(0, 16);
}

export interface Surroundings {
  /** The extracted folder. */
  readonly folder: string;
  readonly key: string;
  readonly uid: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Null if it is gone. */
  readonly cwd: string | null;
}

/** Best first: what may be different at the next start comes last. */
export function places({ folder, key, uid, environment, cwd }: Surroundings): string[] {
  const { TMPDIR, HOME } = environment;
  const parents = [folder, '/var/tmp', '/tmp', TMPDIR, HOME, cwd].filter((parent) => parent != null);
  const absolute = new Set(parents.filter(isAbsolute));
  return [...absolute].map((parent) => join(parent, `quorate-${uid}-${key}`));
}

export interface Choice {
  readonly places: readonly string[];
  readonly id: string;
  readonly uid: number;
  /** Rejects if a store cannot work in this directory. */
  readonly attempt: (directory: string) => Promise<void>;
}

/** The first place that holds data of `id`; without any, the first that works. */
export async function choosePlace({ places, id, uid, attempt }: Choice): Promise<string> {
  for (const place of places) {
    if ((await isOwn(place, uid)) && (await isOwn(join(place, id), uid))) return place;
  }
  const refused: string[] = [];
  for (const place of places) {
    try {
      await prepare(place, uid);
      await attempt(place);
      return place;
    } catch (error) {
      refused.push(`\n  ${place}: ${explain(error)}`);
    }
  }
  throw new Error(
    `found no place for the data; QUORATE_DATA may name a directory for them. Tried:${refused.join('')}`,
  );
}

async function prepare(place: string, uid: number): Promise<void> {
  try {
    await mkdir(place, { mode: 0o700 });
    await syncDirectory(dirname(place));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    if (!(await isOwn(place, uid))) throw new Error(`expected a directory of user ${uid}`, { cause: error });
  }
}

/** In /tmp anybody may have put anything there before: a link, or a directory that another user can read or change. */
async function isOwn(path: string, uid: number): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isDirectory() === true && found.uid === uid;
}
