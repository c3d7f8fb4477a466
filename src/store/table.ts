/** One named database of the environment, with typed keys and checksummed records, and above it what only the journal has. */
import type { Database, Key } from 'lmdb';
import { decodeContent, decodeRecord, encodeContent, encodeRecord, type RecordFormat } from './codec.ts';
import { CorruptStoreError } from './errors.ts';
import { expectName } from './name.ts';

export interface KeyFormat<K> {
  /** Throws if there can be none like that. */
  check(key: K): void;
  encode(key: K): Key;
  decode(stored: Key): K;
  /** As LMDB orders them. */
  compare(a: K, b: K): number;
  /** None is put twice. */
  readonly arePutOnce: boolean;
}

/** Ordered by bytes. */
export const nameKeys: KeyFormat<string> = {
  check: expectName,
  encode: (name) => Buffer.from(expectName(name)),
  decode: (stored) => {
    if (stored instanceof Uint8Array) return Buffer.from(stored).toString();
    throw new TypeError(`expected the bytes of a name as a key, found ${String(stored)}`);
  },
  compare: compareNames,
  arePutOnce: false,
};

/** In the order of their bytes in UTF-8, without making those: UTF-16 differs from it in where surrogates stand. */
function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

export const numberKeys: KeyFormat<number> = {
  check: () => {},
  encode: (number) => number,
  decode: Number,
  compare: (a, b) => a - b,
  arePutOnce: true,
};

/** Where a range starts: after `after`, or at the beginning. */
export interface Range<K> {
  readonly after: K | null;
  readonly limit: number;
}

/** What a transaction does to one record. */
export interface Operation {
  /** The name of the table. */
  readonly table: string;
  readonly key: string | number;
  /** Null removes it. */
  readonly content: Buffer | null;
}

/** Contents of records by their keys; null: removed. */
type Contents<K> = Map<K, Buffer | null>;

export class Table<K extends string | number, V> {
  readonly name: string;
  readonly #file: string;
  readonly #database: Database<Buffer, Key>;
  readonly #keys: KeyFormat<K>;
  readonly #records: RecordFormat<V>;
  /** What is in the journal since the last `hand`. */
  #recent: Contents<K> = new Map();
  /** What LMDB is taking over from the journal. */
  #handed: Contents<K> = new Map();
  /** Until then LMDB may have some of what is in the journal: the life before may have ended while that was taken over. */
  #hasHanded = false;

  constructor(
    file: string,
    name: string,
    database: Database<Buffer, Key>,
    keys: KeyFormat<K>,
    records: RecordFormat<V>,
  ) {
    this.#file = file;
    this.name = name;
    this.#database = database;
    this.#keys = keys;
    this.#records = records;
  }

  put(key: K, value: V): Operation {
    // Before anything is written.
    this.#keys.check(key);
    return { table: this.name, key, content: encodeContent(this.#records, value) };
  }

  remove(key: K): Operation {
    return { table: this.name, key, content: null };
  }

  /** An operation of this table is durable in the journal. */
  apply({ key, content }: Operation): void {
    const isNowhereElse = this.#keys.arePutOnce && this.#hasHanded;
    if (content === null && isNowhereElse && this.#recent.delete(key as K)) return;
    this.#recent.set(key as K, content);
  }

  /** What LMDB is to take over now: to be called when it has what was handed before. */
  hand(): (() => void)[] {
    this.#handed = this.#recent;
    this.#recent = new Map();
    this.#hasHanded = true;
    return [...this.#handed].map(([key, content]) => () => {
      const stored = this.#keys.encode(key);
      if (content !== null) void this.#database.put(stored, encodeRecord(this.#label(key), content));
      // Unlike a put, it has a promise of its own, which rejects beside that of the transaction.
      else void this.#database.remove(stored).catch(() => {});
    });
  }

  /** LMDB has what was handed, durably. */
  taken(): void {
    this.#handed = new Map();
  }

  read(key: K): V | null {
    const label = this.#label(key);
    const { decode } = this.#records;
    const young = this.#young(key);
    if (young === null) return null;
    if (young !== undefined) return decodeContent(this.#file, label, young, decode);
    const stored = this.#keys.encode(key);
    const record = this.#ask(label, () => this.#database.get(stored));
    return record === undefined ? null : decodeRecord(this.#file, label, record, decode);
  }

  entries(range: Range<K>): [K, V][] {
    return this.keys(range).flatMap((key) => {
      const value = this.read(key);
      return value === null ? [] : [[key, value]];
    });
  }

  /** In order. */
  keys({ after, limit }: Range<K>): K[] {
    const { compare } = this.#keys;
    const young = this.#youngKeys(after).sort(compare);
    const keys: K[] = [];
    let next = 0;
    const take = (key: K) => {
      if (this.#young(key) !== null) keys.push(key);
      return keys.length >= limit;
    };
    for (const key of this.#oldKeys(after)) {
      for (
        let before = young[next];
        before !== undefined && compare(before, key) <= 0;
        before = young[next]
      ) {
        next += 1;
        if (before !== key && take(before)) return keys;
      }
      if (take(key)) return keys;
    }
    for (const key of young.slice(next)) if (take(key)) break;
    return keys;
  }

  lastKey(): K | null {
    const { compare } = this.#keys;
    const old = this.#ask(this.name, () => {
      for (const stored of this.#database.getKeys({ reverse: true })) {
        const key = this.#keys.decode(stored);
        if (this.#young(key) !== null) return key;
      }
      return null;
    });
    return this.#youngKeys(null).reduce(
      (last, key) => (last === null || compare(key, last) > 0 ? key : last),
      old,
    );
  }

  isEmpty(): boolean {
    return this.keys({ after: null, limit: 1 }).length === 0;
  }

  /** What is not in LMDB yet: undefined if nothing is, null if the record is removed. */
  #young(key: K): Buffer | null | undefined {
    const recent = this.#recent.get(key);
    return recent === undefined ? this.#handed.get(key) : recent;
  }

  /** Those of records that are there, behind `after`. In one pass: there may be tens of thousands, and few behind it. */
  #youngKeys(after: K | null): K[] {
    const { compare } = this.#keys;
    const keys: K[] = [];
    const isBehind = (key: K) => after === null || compare(key, after) > 0;
    for (const [key, content] of this.#handed)
      if (content !== null && isBehind(key) && !this.#recent.has(key)) keys.push(key);
    for (const [key, content] of this.#recent) if (content !== null && isBehind(key)) keys.push(key);
    return keys;
  }

  *#oldKeys(after: K | null): Iterable<K> {
    const start = after === null ? {} : { start: this.#keys.encode(after), exclusiveStart: true };
    const stored = this.#ask(this.name, () => this.#database.getKeys(start)[Symbol.iterator]());
    try {
      for (;;) {
        const next = this.#ask(this.name, () => stored.next());
        if (next.done === true) return;
        yield this.#keys.decode(next.value);
      }
    } finally {
      stored.return?.();
    }
  }

  /** LMDB notices some damage to its pages, and says so without naming the file. */
  #ask<T>(label: string, question: () => T): T {
    try {
      return question();
    } catch (cause) {
      throw new CorruptStoreError(this.#file, label, 'LMDB cannot read it', { cause });
    }
  }

  #label(key: K): string {
    return `${this.name}/${key}`;
  }
}
