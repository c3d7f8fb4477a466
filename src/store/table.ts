/** One named database of the environment, with typed keys and checksummed records. */
import type { Database, Key, RangeOptions } from 'lmdb';
import { decodeRecord, encodeRecord, type RecordFormat } from './codec.ts';
import { CorruptStoreError } from './errors.ts';
import { expectName } from './name.ts';

export interface KeyFormat<K> {
  encode(key: K): Key;
  decode(stored: Key): K;
}

/** Ordered by bytes. */
export const nameKeys: KeyFormat<string> = {
  encode: (name) => Buffer.from(expectName(name)),
  decode: (stored) => {
    if (stored instanceof Uint8Array) return Buffer.from(stored).toString();
    throw new TypeError(`expected the bytes of a name as a key, found ${String(stored)}`);
  },
};

export const numberKeys: KeyFormat<number> = { encode: (number) => number, decode: Number };

/** Where a range starts: after `after`, or at the beginning. */
export interface Range<K> {
  readonly after: K | null;
  readonly limit: number;
}

/** A part of a transaction, with everything that can go wrong in it behind it. */
export type Operation = () => void;

export class Table<K extends string | number, V> {
  readonly #file: string;
  readonly #name: string;
  readonly #database: Database<Buffer, Key>;
  readonly #keys: KeyFormat<K>;
  readonly #records: RecordFormat<V>;

  constructor(
    file: string,
    name: string,
    database: Database<Buffer, Key>,
    keys: KeyFormat<K>,
    records: RecordFormat<V>,
  ) {
    this.#file = file;
    this.#name = name;
    this.#database = database;
    this.#keys = keys;
    this.#records = records;
  }

  read(key: K): V | null {
    const stored = this.#keys.encode(key);
    const record = this.#ask(this.#label(key), () => this.#database.get(stored));
    return record === undefined ? null : this.#decode(key, record);
  }

  put(key: K, value: V): Operation {
    const stored = this.#keys.encode(key);
    const record = encodeRecord(this.#label(key), this.#records.encode(value));
    return () => void this.#database.put(stored, record);
  }

  remove(key: K): Operation {
    const stored = this.#keys.encode(key);
    // Unlike a put, it has a promise of its own, which rejects beside that of the transaction.
    return () => void this.#database.remove(stored).catch(() => {});
  }

  entries(range: Range<K>): [K, V][] {
    const entries = this.#ask(this.#name, () => [...this.#database.getRange(this.#options(range))]);
    return entries.map(({ key: stored, value: record }) => {
      const key = this.#keys.decode(stored);
      return [key, this.#decode(key, record)];
    });
  }

  keys(range: Range<K>): K[] {
    return this.#storedKeys(this.#options(range));
  }

  lastKey(): K | null {
    return this.#storedKeys({ reverse: true, limit: 1 })[0] ?? null;
  }

  isEmpty(): boolean {
    return this.keys({ after: null, limit: 1 }).length === 0;
  }

  #storedKeys(options: RangeOptions): K[] {
    return this.#ask(this.#name, () => [...this.#database.getKeys(options)]).map(this.#keys.decode);
  }

  /** LMDB notices some damage to its pages, and says so without naming the file. */
  #ask<T>(label: string, question: () => T): T {
    try {
      return question();
    } catch (cause) {
      throw new CorruptStoreError(this.#file, label, 'LMDB cannot read it', { cause });
    }
  }

  #options({ after, limit }: Range<K>): RangeOptions {
    return after === null ? { limit } : { start: this.#keys.encode(after), exclusiveStart: true, limit };
  }

  #decode(key: K, record: Buffer): V {
    return decodeRecord(this.#file, this.#label(key), record, this.#records.decode);
  }

  #label(key: K): string {
    return `${this.#name}/${key}`;
  }
}
