import type {
  Backlog,
  Change,
  Mark,
  Membership,
  Store,
  StoredCounter,
  StoreWrite,
} from '../runtime/ports.ts';
import { type OpenedStore, openDataDirectory } from './data-directory.ts';
import { prepareDirectory } from './directory.ts';
import { ACTOR, apply, type Durability, type Environment, takeOver } from './environment.ts';
import { StoreError } from './errors.ts';
import { type Exclusion, excludeOthers } from './exclusion.ts';
import { JOURNAL_BYTES, type Journal } from './journal.ts';
import { Patience } from './patience.ts';
import type { Operation } from './table.ts';

/** Milliseconds that a write may take. A disk that hangs longer is a failing disk. */
const PATIENCE_MS = 10_000;

export interface LmdbStoreOptions {
  readonly directory: string;
  readonly durability: Durability;
  readonly patience?: number;
  readonly journalBytes?: number;
}

/** Opens the store in `directory`, or creates it. Rejects with an error for a person if it is damaged or in use. */
export async function openLmdbStore(options: LmdbStoreOptions): Promise<Store> {
  const directory = await prepareDirectory(options.directory);
  const exclusion = excludeOthers(directory);
  try {
    const opened = await openDataDirectory(
      directory,
      options.durability,
      options.journalBytes ?? JOURNAL_BYTES,
    );
    return new LmdbStore(directory, exclusion, opened, options.patience ?? PATIENCE_MS);
  } catch (error) {
    exclusion.release();
    throw error;
  }
}

type Condition =
  | { readonly kind: 'idle' }
  | { readonly kind: 'writing'; readonly finished: Promise<void> }
  /** `hanging`: what was begun may still go on, so nothing may be closed. */
  | { readonly kind: 'failed' | 'hanging' | 'closed'; readonly error: StoreError };

class HangingError extends StoreError {
  override readonly name = 'HangingError';
}

const NO_REGISTER = { promise: null, vote: null, mark: null };

class LmdbStore implements Store {
  readonly identity: string;
  readonly incarnation: number;
  readonly membership: Membership | null;
  readonly #directory: string;
  readonly #environment: Environment;
  readonly #journal: Journal;
  readonly #exclusion: Exclusion;
  readonly #patience: Patience;
  #lastChange: number;
  #condition: Condition = { kind: 'idle' };
  /** LMDB takes over from the journal what is older than its generation. */
  #takingOver: Promise<void> = Promise.resolve();

  constructor(directory: string, exclusion: Exclusion, opened: OpenedStore, patience: number) {
    this.identity = opened.actor.identity;
    this.incarnation = opened.actor.incarnation;
    this.membership = opened.actor.membership;
    this.#directory = directory;
    this.#exclusion = exclusion;
    this.#environment = opened.environment;
    this.#journal = opened.journal;
    this.#lastChange = opened.lastChange;
    this.#patience = new Patience(
      patience,
      () => new HangingError(`the disk has not answered for ${patience} ms`),
    );
  }

  lastChange(): number {
    return this.#lastChange;
  }

  holdsCounters(): boolean {
    const { registers, backlogs } = this.#environment;
    return !(registers.isEmpty() && backlogs.isEmpty());
  }

  load(counter: string): StoredCounter | null {
    const record = this.#environment.registers.read(counter);
    const backlog: Backlog | null = this.#environment.backlogs.read(counter);
    if (record !== null) return { register: record.register, change: record.change, backlog };
    return backlog === null ? null : { register: NO_REGISTER, change: 0, backlog };
  }

  mark(counter: string): Mark {
    return this.#environment.registers.read(counter)?.register.mark ?? null;
  }

  changes(since: number, limit: number): Change[] {
    // Idle actors ask each other now and then, and LMDB notes its readers in a file.
    if (since >= this.#lastChange) return [];
    const { changes } = this.#environment;
    return changes.entries({ after: since, limit }).map(([number, counter]) => ({ number, counter }));
  }

  backlogs(after: string | null, limit: number): string[] {
    return this.#environment.backlogs.keys({ after, limit });
  }

  write(write: StoreWrite, done: (error: Error | null) => void): void {
    const condition = this.#condition;
    switch (condition.kind) {
      case 'idle':
        this.#condition = { kind: 'writing', finished: this.#finish(this.#persist(write), done) };
        break;
      case 'writing':
        throw new Error('a write is under way: the next one waits for its done');
      default:
        queueMicrotask(() => done(condition.error));
    }
  }

  async close(): Promise<void> {
    if (this.#condition.kind === 'writing') await this.#condition.finished;
    if (this.#condition.kind === 'closed') return;
    if (this.#condition.kind === 'hanging') {
      this.#patience.end();
      return;
    }
    this.#condition = { kind: 'closed', error: new StoreError(`${this.#directory}: the store is closed`) };
    const takenOver = await this.#takingOver.catch((error: unknown) => error);
    this.#patience.end();
    if (takenOver instanceof HangingError) return;
    await this.#environment.root.close();
    this.#journal.close();
    this.#exclusion.release();
  }

  #finish(persisted: Promise<void>, done: (error: Error | null) => void): Promise<void> {
    return persisted.then(
      () => {
        this.#condition = { kind: 'idle' };
        done(null);
      },
      (cause: unknown) => done(this.#fail(cause)),
    );
  }

  /** For good: what is in memory above is ahead of the disk, so nothing more may be written. */
  #fail(cause: unknown): StoreError {
    const kind = cause instanceof HangingError ? 'hanging' : 'failed';
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${this.#directory}: a write failed, and nothing more is written: ${reason}`;
    const error = new StoreError(message, { cause });
    this.#condition = { kind, error };
    return error;
  }

  async #persist(write: StoreWrite): Promise<void> {
    const operations = this.#operations(write);
    if (operations.length === 0) return;
    if (this.#journal.isFull) await this.#beginNext();
    await this.#patience.within(this.#journal.append(operations));
    apply(this.#environment, operations);
    for (const { change } of write.counters) this.#lastChange = Math.max(this.#lastChange, change);
  }

  /** LMDB takes over what the generation before has. */
  async #beginNext(): Promise<void> {
    await this.#takingOver;
    await this.#patience.within(this.#journal.beginNext());
    this.#takingOver = takeOver(this.#environment, this.#journal.generation, (transaction) =>
      this.#patience.within(transaction),
    );
    // Whoever waits for it next hears of it.
    this.#takingOver.catch(() => {});
  }

  #operations({ counters, backlogs, membership }: StoreWrite): Operation[] {
    const operations: Operation[] = [];
    const environment = this.#environment;
    for (const { counter, register, change, previousChange } of counters) {
      operations.push(environment.registers.put(counter, { register, change }));
      if (change === previousChange) continue;
      if (previousChange > 0) operations.push(environment.changes.remove(previousChange));
      if (change > 0) operations.push(environment.changes.put(change, counter));
    }
    for (const [place, actor] of environment.places.takeNew()) {
      operations.push(environment.actors.put(place, actor));
    }
    for (const { counter, backlog } of backlogs) {
      const table = environment.backlogs;
      operations.push(backlog === null ? table.remove(counter) : table.put(counter, backlog));
    }
    if (membership !== null) {
      const { identity, incarnation } = this;
      operations.push(environment.meta.put(ACTOR, { identity, incarnation, membership }));
    }
    return operations;
  }
}
