/**
 * What is durable before it is in LMDB: one write and one flush a transaction, where LMDB needs two flushes and writes whole
 * pages (Gray and Reuter, Transaction Processing, chapter 9). Two files take turns, a generation of entries each: while
 * LMDB takes over what is in one, the other goes on. Both have their room from the beginning.
 *
 * An entry: four bytes each of length, CRC-32, generation and number within it, most significant first; then the content.
 * The CRC-32 covers all that follows it. The first entry of a generation names the store, the bytes of the file, and
 * how many entries the generation before has: else its last one, damaged, would be taken for one that was cut off.
 * In the others the CRC-32 begins with that of the store's identity: else who names a counter after the bytes of an entry could
 * have that taken for one, among what is left of an older generation.
 */
import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { Reader, Writer } from '../codec/bytes.ts';
import { MalformedError } from '../codec/malformed.ts';
import { syncDirectory } from './directory.ts';
import type { Durability } from './environment.ts';
import { StoreError } from './errors.ts';
import { decodeBeginning, decodeOperations, encodeBeginning, encodeOperations } from './journal-codec.ts';
import type { Operation } from './table.ts';

/** Bytes of a file, beyond which the next one begins: so much is read at the start, and kept in memory twice at most. */
export const JOURNAL_BYTES = 4_194_304;
/** Bytes of a page of memory. */
const PAGE_BYTES = 4_096;
const HEADER_BYTES = 16;
/** Of a new store. Not 0, which is in all that is empty. */
export const FIRST_GENERATION = 1;

const flush = promisify(fdatasync);
const writer = new Writer();

const fileOf = (directory: string, generation: number) => join(directory, `journal-${generation % 2}`);

export interface JournalPlace {
  readonly directory: string;
  /** Of the store. */
  readonly identity: string;
  readonly durability: Durability;
  /** Bytes of each file. */
  readonly bytes: number;
}

export class Journal {
  readonly #place: JournalPlace;
  /** Of the files that this process has made. */
  readonly #descriptors = new Map<string, number>();
  #file = '';
  #generation: number;
  /** Where the next entry goes, and its number. */
  #end = 0;
  #next = 0;

  private constructor(place: JournalPlace, generation: number) {
    this.#place = place;
    this.#generation = generation;
  }

  /** Begins that generation: whatever its file holds, LMDB must have it. `before`: entries of the generation before. */
  static async begin(place: JournalPlace, generation: number, before: number): Promise<Journal> {
    const journal = new Journal(place, generation);
    try {
      await journal.#begin(before);
    } catch (error) {
      journal.close();
      throw error;
    }
    return journal;
  }

  get generation(): number {
    return this.#generation;
  }

  get isFull(): boolean {
    return this.#end >= this.#place.bytes;
  }

  /** Resolves when it is durable. One at a time. */
  append(operations: readonly Operation[]): Promise<void> {
    return this.#write((to) => encodeOperations(to, operations));
  }

  /** Goes on in the other file, in the next generation: LMDB must have what that file holds. */
  async beginNext(): Promise<void> {
    this.#generation += 1;
    await this.#begin(this.#next);
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
  }

  async #begin(before: number): Promise<void> {
    const { directory, identity, durability, bytes } = this.#place;
    this.#file = fileOf(directory, this.#generation);
    this.#end = 0;
    this.#next = 0;
    const isNew = !this.#descriptors.has(this.#file);
    if (isNew) this.#descriptors.set(this.#file, makeFile(`${this.#file}.new`, bytes));
    await this.#write((to) => encodeBeginning(to, { identity, room: bytes, before }));
    if (!isNew) return;
    await rename(`${this.#file}.new`, this.#file);
    if (durability === 'disk') await syncDirectory(directory);
  }

  async #write(encode: (to: Writer) => void): Promise<void> {
    const descriptor = this.#descriptors.get(this.#file);
    if (descriptor === undefined) throw new Error('the journal is closed');
    const bytes = entry(this.#place, this.#generation, this.#next, encode);
    // Into memory, which takes less than to have another thread do it; what can take long is the flush.
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(descriptor, bytes, at, bytes.length - at, this.#end + at);
    }
    if (this.#place.durability === 'disk') await flush(descriptor);
    this.#end += bytes.length;
    this.#next += 1;
  }
}

/** With all its room, so that a flush moves nothing but what was written. */
function makeFile(file: string, bytes: number): number {
  const descriptor = openSync(file, 'w', 0o600);
  // Page by page: what Linux keeps in memory as one larger piece, it also writes as one, for a change of any byte in it.
  const page = Buffer.alloc(PAGE_BYTES);
  try {
    for (let at = 0; at < bytes; at += PAGE_BYTES) writeSync(descriptor, page, 0, PAGE_BYTES, at);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return descriptor;
}

export interface Recovered {
  /** In the order in which they became durable. */
  readonly transactions: readonly (readonly Operation[])[];
  /** The last generation that has begun. */
  readonly generation: number;
  /** How many entries that has. */
  readonly entries: number;
}

interface Generation {
  /** How many entries its first one says that the generation before has. */
  readonly before: number;
  readonly entries: number;
  readonly transactions: readonly (readonly Operation[])[];
}

/**
 * What is in the journal from `generation` on, the first one that LMDB may not have. Durable by then: a process that was
 * killed may have left it in memory only, directory entries too, and LMDB is about to say that it begins there.
 */
export async function recover(place: JournalPlace, generation: number): Promise<Recovered> {
  if (place.durability === 'disk') await syncDirectory(place.directory);
  const older = await read(place, generation);
  if (older === null) throw damaged(place, generation, `generation ${generation} does not begin there`);
  const newer = await read(place, generation + 1);
  if (newer === null) return { ...older, generation };
  if (newer.before !== older.entries) {
    const found = `it has ${older.entries} whole entries, and had ${newer.before} when the next generation began`;
    throw damaged(place, generation, found);
  }
  return {
    ...newer,
    transactions: [...older.transactions, ...newer.transactions],
    generation: generation + 1,
  };
}

/** Null if it has not begun. */
async function read(place: JournalPlace, generation: number): Promise<Generation | null> {
  const bytes = await readDurably(place, generation).catch((cause: NodeJS.ErrnoException) => {
    // From the first opening on there are two files.
    if (cause.code === 'ENOENT' && generation <= FIRST_GENERATION + 1) return null;
    throw damaged(place, generation, 'it cannot be read', { cause });
  });
  if (bytes === null) return null;
  if (bytes.length === 0) throw damaged(place, generation, 'it is empty');
  const contents = contentsOf(place, generation, bytes);
  const [first] = contents;
  if (first === undefined) return null;
  const { identity, room, before } = decoded(place, generation, 0, first, decodeBeginning);
  if (identity !== place.identity) throw damaged(place, generation, `it is of the store ${identity}`);
  if (bytes.length < room) {
    const found = `it has ${bytes.length} bytes and was made with ${room}: it was truncated`;
    throw damaged(place, generation, found);
  }
  const transactions = contents
    .slice(1)
    .map((content, index) => decoded(place, generation, index + 1, content, decodeOperations));
  return { before, entries: contents.length, transactions };
}

async function readDurably({ directory, durability }: JournalPlace, generation: number): Promise<Buffer> {
  const file = await open(fileOf(directory, generation), 'r+');
  try {
    if (durability === 'disk') await file.datasync();
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function contentsOf(place: JournalPlace, generation: number, bytes: Buffer): Buffer[] {
  const contents: Buffer[] = [];
  let end = 0;
  for (;;) {
    const content = contentAt(place, bytes, end, generation, contents.length);
    if (content === null) break;
    contents.push(content);
    end += HEADER_BYTES + content.length;
  }
  // One entry is written at a time, so behind one that was cut off there can be none: else what is there was damaged.
  const later = laterEntry(place, bytes, end, generation, contents.length);
  if (later === null) return contents;
  throw damaged(place, generation, `entry ${contents.length} is damaged, entry ${later} is not`);
}

/** The number of a whole entry somewhere after `start` that is later than `number`; null if there is none. */
function laterEntry(
  place: JournalPlace,
  bytes: Buffer,
  start: number,
  generation: number,
  number: number,
): number | null {
  const pattern = Buffer.alloc(4);
  pattern.writeUInt32BE(generation);
  const written = bytes.subarray(0, endOfWritten(bytes) + pattern.length);
  for (let at = written.indexOf(pattern, start + 8); at >= 0; at = written.indexOf(pattern, at + 1)) {
    if (at + 8 > bytes.length) return null;
    const found = bytes.readUInt32BE(at + 4);
    if (found > number && contentAt(place, bytes, at - 8, generation, found) !== null) return found;
  }
  return null;
}

/** Behind it are zeros only, of which most of a young file consists: to look for a number in them takes long. */
function endOfWritten(bytes: Buffer): number {
  const zeros = Buffer.alloc(PAGE_BYTES);
  let end = bytes.length;
  while (end >= PAGE_BYTES && zeros.equals(bytes.subarray(end - PAGE_BYTES, end))) end -= PAGE_BYTES;
  return end;
}

/** Until the next one is made. */
function entry(
  place: JournalPlace,
  generation: number,
  number: number,
  encode: (to: Writer) => void,
): Buffer {
  const to = writer.begin(HEADER_BYTES);
  encode(to);
  const bytes = to.written;
  bytes.writeUInt32BE(bytes.length - HEADER_BYTES, 0);
  bytes.writeUInt32BE(generation, 8);
  bytes.writeUInt32BE(number, 12);
  bytes.writeUInt32BE(checksum(place, number, bytes.subarray(8)), 4);
  return bytes;
}

/** Null if that entry is not there, or not whole. */
function contentAt(
  place: JournalPlace,
  bytes: Buffer,
  at: number,
  generation: number,
  number: number,
): Buffer | null {
  if (at + HEADER_BYTES > bytes.length) return null;
  const end = at + HEADER_BYTES + bytes.readUInt32BE(at);
  if (bytes.readUInt32BE(at + 8) !== generation || bytes.readUInt32BE(at + 12) !== number) return null;
  if (end > bytes.length) return null;
  if (bytes.readUInt32BE(at + 4) !== checksum(place, number, bytes.subarray(at + 8, end))) return null;
  return bytes.subarray(at + HEADER_BYTES, end);
}

function checksum({ identity }: JournalPlace, number: number, bytes: Buffer): number {
  return crc32(bytes, number === 0 ? 0 : crc32(identity));
}

/** Its checksum held, so it should make sense. */
function decoded<T>(
  place: JournalPlace,
  generation: number,
  number: number,
  content: Buffer,
  decode: (from: Reader) => T,
): T {
  try {
    return decode(new Reader(content));
  } catch (cause) {
    if (!(cause instanceof MalformedError)) throw cause;
    throw damaged(place, generation, `entry ${number} does not make sense: ${cause.message}`, { cause });
  }
}

function damaged(
  { directory }: JournalPlace,
  generation: number,
  what: string,
  options?: ErrorOptions,
): StoreError {
  const file = fileOf(directory, generation);
  return new StoreError(`${file}: expected the journal of an initialised store: ${what}`, options);
}
