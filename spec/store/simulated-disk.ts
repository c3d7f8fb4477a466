/**
 * What a disk may hold after a kill or a power cut: the store runs on real files, and whatever it does to its journal and
 * to LMDB is recorded. LMDB's own transactions are taken at their word: all of one is durable when it has been flushed.
 */
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';

const PAGE = 4_096;
const DATA = 'quorate.mdb';

/** A file of the journal: what is durable, and in order what was written since. */
interface File {
  durable: Buffer;
  pending: Write[];
}
interface Write {
  readonly at: number;
  readonly bytes: Buffer;
}

type Event =
  | { readonly type: 'created' | 'found'; readonly name: string; readonly descriptor: number }
  | { readonly type: 'written'; readonly descriptor: number; readonly write: Write }
  | { readonly type: 'flushed'; readonly descriptor: number }
  | { readonly type: 'renamed'; readonly from: string; readonly to: string }
  | { readonly type: 'directory flushed' }
  | { readonly type: 'LMDB begins' }
  | { readonly type: 'LMDB has it'; readonly content: Buffer }
  /** What the test itself records. */
  | { readonly type: 'opened' | 'begun' | 'acknowledged'; readonly number: number };

let events: Event[] = [];

export function record(event: Event): void {
  events.push(event);
}

/** What has been recorded since. */
export function recorded(): Event[] {
  const all = events;
  events = [];
  return all;
}

/** To be called before the store is imported. */
export function recordEverything(): void {
  const { openSync, writeSync, closeSync } = fs;
  const { rename, open } = fsPromises;
  const written = new Set<number>();
  Object.assign(fs, {
    openSync(name: string, flags: string, ...rest: []) {
      const descriptor = openSync(name, flags, ...rest);
      if (flags !== 'w') return descriptor;
      written.add(descriptor);
      record({ type: 'created', name: basename(name), descriptor });
      return descriptor;
    },
    writeSync(descriptor: number, bytes: Buffer, offset: number, length: number, at: number) {
      if (written.has(descriptor)) {
        const copy = Buffer.from(bytes.subarray(offset, offset + length));
        record({ type: 'written', descriptor, write: { at, bytes: copy } });
      }
      return writeSync(descriptor, bytes, offset, length, at);
    },
    fdatasync(descriptor: number, done: (error: null) => void) {
      setImmediate(() => {
        record({ type: 'flushed', descriptor });
        done(null);
      });
    },
    closeSync(descriptor: number) {
      written.delete(descriptor);
      closeSync(descriptor);
    },
  });
  Object.assign(fsPromises, {
    async rename(from: string, to: string) {
      await rename(from, to);
      record({ type: 'renamed', from: basename(from), to: basename(to) });
    },
    async open(name: string, ...rest: []) {
      const handle = await open(name, ...rest);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        record({ type: 'directory flushed' });
      };
      if (!basename(name).startsWith('journal-')) return handle;
      const descriptor = handle.fd;
      record({ type: 'found', name: basename(name), descriptor });
      handle.datasync = async () => record({ type: 'flushed', descriptor });
      return handle;
    },
  });
  syncBuiltinESMExports();
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'lmdb' && context.parentURL?.endsWith('/src/store/environment.ts') === true
        ? next(new URL('./recorded-lmdb.ts', import.meta.url).href, context)
        : next(specifier, context),
  });
}

/** Draws a natural number below `bound`. */
export type Draw = (bound: number) => number;

export class SimulatedDisk {
  /** Directory entries: in memory, and those that are durable. */
  #names = new Map<string, File>();
  #durableNames = new Map<string, File>();
  #data: { cached: Buffer; durable: Buffer };
  readonly #marker: Buffer;

  /** All that is in a directory, durably. */
  constructor(directory: string) {
    const read = (name: string) => fs.readFileSync(join(directory, name));
    for (const name of ['journal-0', 'journal-1'])
      this.#names.set(name, { durable: read(name), pending: [] });
    this.#durableNames = new Map(this.#names);
    this.#data = { cached: read(DATA), durable: read(DATA) };
    this.#marker = read('quorate.json');
  }

  /** As a process that starts now sees it. */
  async show(directory: string): Promise<void> {
    await fsPromises.mkdir(directory);
    const write = (name: string, bytes: Buffer) => fsPromises.writeFile(join(directory, name), bytes);
    for (const [name, { durable, pending }] of this.#names) {
      await write(
        name,
        after(durable, pending, () => pending.length),
      );
    }
    await write(DATA, this.#data.cached);
    await write('quorate.json', this.#marker);
  }

  /** A process did all this, and was killed. What LMDB was about to have, it may have: in memory only, or durably. */
  kill(past: readonly Event[], next: Buffer | null, draw: Draw): void {
    const open = new Map<number, File>();
    let isUnderWay = false;
    for (const event of past) {
      switch (event.type) {
        case 'created': {
          const file = { durable: Buffer.alloc(0), pending: [] };
          open.set(event.descriptor, file);
          this.#names.set(event.name, file);
          break;
        }
        case 'found': {
          const file = this.#names.get(event.name);
          if (file === undefined) throw new Error('a file is found that was not made');
          open.set(event.descriptor, file);
          break;
        }
        case 'written':
          open.get(event.descriptor)?.pending.push(event.write);
          break;
        case 'flushed': {
          const file = open.get(event.descriptor);
          if (file === undefined) throw new Error('a file is flushed that was not made');
          file.durable = after(file.durable, file.pending, () => file.pending.length);
          file.pending = [];
          break;
        }
        case 'renamed': {
          const file = this.#names.get(event.from);
          if (file === undefined) throw new Error('a file is renamed that was not made');
          this.#names.set(event.to, file);
          this.#names.delete(event.from);
          break;
        }
        case 'directory flushed':
          this.#durableNames = new Map(this.#names);
          break;
        case 'LMDB begins':
          isUnderWay = true;
          break;
        case 'LMDB has it':
          isUnderWay = false;
          this.#data = { cached: event.content, durable: event.content };
          break;
        default:
      }
    }
    if (!isUnderWay || next === null) return;
    const reached = draw(3);
    if (reached > 0) this.#data.cached = next;
    if (reached > 1) this.#data.durable = next;
  }

  /** Of each page, and of each directory entry, what was flushed last or anything since. */
  cutPower(draw: Draw): void {
    for (const name of new Set([...this.#names.keys(), ...this.#durableNames.keys()])) {
      const file = (draw(2) === 0 ? this.#names : this.#durableNames).get(name);
      if (file === undefined) this.#names.delete(name);
      else this.#names.set(name, file);
    }
    for (const file of new Set(this.#names.values())) {
      file.durable = after(file.durable, file.pending, () => draw(file.pending.length + 1));
      file.pending = [];
    }
    this.#durableNames = new Map(this.#names);
    const data = draw(2) === 0 ? this.#data.cached : this.#data.durable;
    this.#data = { cached: data, durable: data };
  }
}

/** The content after the first `count()` of these writes, which is asked for each page. */
function after(before: Buffer, writes: readonly Write[], count: () => number): Buffer {
  const length = Math.max(before.length, ...writes.map(({ at, bytes }) => at + bytes.length));
  const content = Buffer.alloc(length);
  before.copy(content);
  for (let page = 0; page < length; page += PAGE) {
    const end = page + PAGE;
    for (const { at, bytes } of writes.slice(0, count())) {
      if (at < end && at + bytes.length > page) {
        bytes.subarray(Math.max(0, page - at), end - at).copy(content, Math.max(page, at));
      }
    }
  }
  return content;
}
