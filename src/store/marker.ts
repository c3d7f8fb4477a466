/**
 * Beside the data file, a small one that says that it was initialised. LMDB takes an empty file for a new store, and an
 * actor that forgot its promises without knowing it would break them.
 */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncDirectory } from './directory.ts';
import { StoreError } from './errors.ts';

export const MARKER_FILE = 'quorate.json';
const FORMAT = 7;

const marker = z.object({
  store: z.literal('quorate'),
  format: z.literal(FORMAT),
  identity: z.uuid(),
  /** While `creating`, nothing has been acknowledged from this store: it may be created again. */
  state: z.enum(['creating', 'ready']),
});
const anyFormat = z.object({ store: z.literal('quorate'), format: z.number() });

export type Marker = Pick<z.infer<typeof marker>, 'identity' | 'state'>;

export async function readMarker(directory: string): Promise<Marker | null> {
  const file = join(directory, MARKER_FILE);
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw new StoreError(`${file}: cannot be read`, { cause });
  });
  return text === null ? null : parseMarker(file, text);
}

function parseMarker(file: string, text: string): Marker {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new StoreError(`${file}: expected the JSON that marks a store of Quorate`, { cause });
  }
  const any = anyFormat.safeParse(content);
  if (any.success && any.data.format !== FORMAT) {
    throw new StoreError(`${file}: expected a store of format ${FORMAT}, found format ${any.data.format}`);
  }
  const parsed = marker.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new StoreError(
    `${file}: expected the marker of a store of Quorate: ${z.prettifyError(parsed.error)}`,
    {
      cause: parsed.error,
    },
  );
}

/** Atomic and durable: after a crash there is the old marker or the new one. */
export async function writeMarker(directory: string, { identity, state }: Marker): Promise<void> {
  const file = join(directory, MARKER_FILE);
  const text = `${JSON.stringify({ store: 'quorate', format: FORMAT, identity, state } satisfies z.infer<typeof marker>)}\n`;
  try {
    const draft = await open(`${file}.new`, 'w', 0o600);
    try {
      await draft.writeFile(text);
      await draft.sync();
    } finally {
      await draft.close();
    }
    await rename(`${file}.new`, file);
    await syncDirectory(directory);
  } catch (cause) {
    throw new StoreError(`${file}: cannot be written`, { cause });
  }
}
