/** The store in memory, for tests and the simulation: what is on its disk survives the store. */
import type {
  Backlog,
  Change,
  Mark,
  Membership,
  Store,
  StoredCounter,
  StoreWrite,
} from '../runtime/ports.ts';
import type { CounterRecord } from './codec.ts';
import { StoreError } from './errors.ts';
import { expectName } from './name.ts';

/** What would be left after a power cut. Its records are immutable, so it keeps them as they are. */
export class MemoryDisk {
  readonly identity: string;
  incarnation = 0;
  lastChange = 0;
  membership: Membership | null = null;
  readonly counters = new Map<string, CounterRecord>();
  readonly changes = new Map<number, string>();
  readonly backlogs = new Map<string, Backlog>();

  constructor(identity: string) {
    this.identity = identity;
  }
}

/**
 * Decides when a write becomes durable and its `done` is called: when `finish` is. Or the disk fails: `fail` is called
 * instead. A crash calls neither. Both may be called only after it has returned.
 */
export type Complete = (finish: () => void, fail: (error: Error) => void) => void;

export interface MemoryStoreOptions {
  readonly complete?: Complete;
}

type Done = (error: Error | null) => void;

type Condition =
  | { readonly kind: 'idle' | 'writing' | 'killed' }
  | { readonly kind: 'failed' | 'closed'; readonly error: StoreError };

const IDLE: Condition = { kind: 'idle' };
const WRITING: Condition = { kind: 'writing' };
const NO_REGISTER = { promise: null, vote: null, mark: null };

export class MemoryStore implements Store {
  readonly identity: string;
  readonly incarnation: number;
  readonly membership: Membership | null;
  readonly #disk: MemoryDisk;
  readonly #complete: Complete;
  readonly #closing: (() => void)[] = [];
  #condition: Condition = IDLE;

  constructor(disk: MemoryDisk, { complete = queueMicrotask }: MemoryStoreOptions = {}) {
    disk.incarnation += 1;
    this.identity = disk.identity;
    this.incarnation = disk.incarnation;
    this.membership = disk.membership;
    this.#disk = disk;
    this.#complete = complete;
  }

  lastChange(): number {
    return this.#disk.lastChange;
  }

  holdsCounters(): boolean {
    return this.#disk.counters.size > 0 || this.#disk.backlogs.size > 0;
  }

  load(counter: string): StoredCounter | null {
    const record = this.#disk.counters.get(counter);
    const backlog = this.#disk.backlogs.get(counter) ?? null;
    if (record !== undefined) return { register: record.register, change: record.change, backlog };
    return backlog === null ? null : { register: NO_REGISTER, change: 0, backlog };
  }

  mark(counter: string): Mark {
    return this.#disk.counters.get(counter)?.register.mark ?? null;
  }

  changes(since: number, limit: number): Change[] {
    const found: Change[] = [];
    for (const [number, counter] of this.#disk.changes) {
      if (number > since) found.push({ number, counter });
    }
    return found.sort((a, b) => a.number - b.number).slice(0, limit);
  }

  backlogs(after: string | null, limit: number): string[] {
    const names = [...this.#disk.backlogs.keys()].sort(compareBytes);
    return names.filter((name) => after === null || compareBytes(name, after) > 0).slice(0, limit);
  }

  write(write: StoreWrite, done: Done): void {
    const condition = this.#condition;
    switch (condition.kind) {
      case 'idle':
        this.#begin(write, done);
        break;
      case 'writing':
        throw new Error('a write is under way: the next one waits for its done');
      case 'killed':
        break;
      default:
        queueMicrotask(() => done(condition.error));
    }
  }

  /** The process ends here: no `done` is called any more. A write under way is durable if its `finish` is called. */
  kill(): void {
    this.#condition = { kind: 'killed' };
  }

  async close(): Promise<void> {
    if (this.#condition.kind === 'writing') await new Promise<void>((resolve) => this.#closing.push(resolve));
    if (this.#condition.kind !== 'killed') {
      this.#condition = { kind: 'closed', error: new StoreError('the store is closed') };
    }
  }

  #begin(write: StoreWrite, done: Done): void {
    try {
      for (const { counter } of write.counters) expectName(counter);
      for (const { counter } of write.backlogs) expectName(counter);
    } catch (error) {
      queueMicrotask(() => this.#fail(error, done));
      this.#condition = WRITING;
      return;
    }
    this.#complete(
      () => this.#finish(write, done),
      (error) => this.#fail(error, done),
    );
    this.#condition = WRITING;
  }

  #finish(write: StoreWrite, done: Done): void {
    // A write of an earlier life that was not durable when the next one began is lost.
    if (this.#disk.incarnation !== this.incarnation) return;
    if (this.#condition.kind !== 'killed') this.#expectWriting();
    persist(this.#disk, write);
    if (this.#condition.kind !== 'killed') this.#settle(IDLE, () => done(null));
  }

  #fail(cause: unknown, done: Done): void {
    if (this.#condition.kind === 'killed') return;
    this.#expectWriting();
    const error = new StoreError('a write failed, and nothing more is written', { cause });
    this.#settle({ kind: 'failed', error }, () => done(error));
  }

  #expectWriting(): void {
    if (this.#condition.kind === 'writing') return;
    throw new Error('a write was completed twice, or before the call that began it returned');
  }

  #settle(condition: Condition, tell: () => void): void {
    this.#condition = condition;
    tell();
    for (const resolve of this.#closing.splice(0)) resolve();
  }
}

function persist(disk: MemoryDisk, { counters, backlogs, membership }: StoreWrite): void {
  for (const { counter, register, change, previousChange } of counters) {
    disk.counters.set(counter, { register, change });
    disk.lastChange = Math.max(disk.lastChange, change);
    if (change === previousChange) continue;
    disk.changes.delete(previousChange);
    if (change > 0) disk.changes.set(change, counter);
  }
  for (const { counter, backlog } of backlogs) {
    if (backlog === null) disk.backlogs.delete(counter);
    else disk.backlogs.set(counter, backlog);
  }
  if (membership !== null) disk.membership = membership;
}

/** The order of the bytes in UTF-8, which is not that of strings in JavaScript. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
