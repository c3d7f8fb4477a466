import type { CounterEffect } from '../counter/counter.ts';
import type { Entry } from './counters.ts';
import type { Membership, Store, StoreWrite } from './ports.ts';

/** What leaves: an effect of a counter, or something of the driver's own. */
export type Leaving = Exclude<CounterEffect, { type: 'persist' }>;
type Held = { readonly entry: Entry; readonly effect: Leaving } | { readonly run: () => void };

interface Flush {
  readonly entries: Set<Entry>;
  /** What leaves when it is durable, in order. */
  readonly held: Held[];
  isNeeded: boolean;
}

/**
 * Persist before send (protocol.md, "Phase 1" 1-2, "Phase 2" 5): everything that turns have left unwritten goes to
 * the store in one transaction and one flush, one flush at a time, and what depends on it leaves after it.
 */
export class Flushes {
  readonly #store: Store;
  readonly #release: (held: readonly Held[]) => void;
  readonly #failed: (error: Error) => void;
  #next: Flush = { entries: new Set(), held: [], isNeeded: false };
  #running: Flush | null = null;
  #membership: Membership | null = null;
  #lastChange: number;
  #hasFailed = false;
  #idle: (() => void)[] = [];

  constructor(store: Store, release: (held: readonly Held[]) => void, failed: (error: Error) => void) {
    this.#store = store;
    this.#release = release;
    this.#failed = failed;
    this.#lastChange = store.lastChange();
  }

  get isIdle(): boolean {
    return this.#running === null && this.#next.entries.size === 0 && this.#membership === null;
  }

  persist(entry: Entry, what: 'register' | 'records', when: 'now' | 'later'): void {
    if (what === 'register') entry.registerIsUnwritten = true;
    else entry.recordsAreUnwritten = true;
    if (when === 'now' || entry.unwritten === 'nothing') entry.unwritten = when;
    if (when === 'now') this.#next.isNeeded = true;
    this.#next.entries.add(entry);
  }

  remember(membership: Membership, when: 'now' | 'later'): void {
    this.#membership = membership;
    if (when === 'now') this.#next.isNeeded = true;
  }

  /** Something unwritten of this entry is waited for now. */
  hurry(entry: Entry): void {
    if (entry.unwritten === 'nothing') return;
    entry.unwritten = 'now';
    this.#next.isNeeded = true;
  }

  /** The store has failed: nothing is written any more, and nothing leaves. Who asked for what is durable gets what is. */
  abandon(): void {
    this.#hasFailed = true;
    runAll(this.#next.held.splice(0));
    this.#tellIdle();
  }

  /** Calls `done` when everything is durable, or nothing more can be. */
  whenIdle(done: () => void): void {
    if (this.isIdle || this.#hasFailed) done();
    else this.#idle.push(done);
  }

  /** Whatever is unwritten is waited for now. */
  hurryAll(): void {
    this.#next.isNeeded = this.#next.entries.size > 0 || this.#membership !== null;
  }

  /** Holds what leaves after all that `entry` was left with unwritten; false if nothing has to be waited for. */
  hold(entry: Entry, held: Held): boolean {
    if (entry.unwritten === 'now') this.#next.held.push(held);
    else if (entry.isFlushing) this.#running?.held.push(held);
    else return false;
    return true;
  }

  /** Runs `run` when all that is unwritten now is durable; if nothing is, at once. */
  after(run: () => void): void {
    const isUnwritten = this.#next.entries.size > 0 || this.#membership !== null;
    if (isUnwritten) this.#next.isNeeded = true;
    const flush = isUnwritten ? this.#next : this.#running;
    if (flush === null) run();
    else flush.held.push({ run });
  }

  /** Starts the next flush, if something waits for it and none is running. */
  start(): void {
    if (this.#running !== null || !this.#next.isNeeded || this.#hasFailed) return;
    const flush = this.#next;
    this.#running = flush;
    this.#next = { entries: new Set(), held: [], isNeeded: false };
    this.#store.write(this.#write(flush), (error) => {
      this.#running = null;
      if (error !== null) {
        runAll(flush.held);
        this.#failed(error);
        return;
      }
      for (const entry of flush.entries) {
        entry.isFlushing = false;
        entry.shown = entry.written;
      }
      this.#release(flush.held);
      if (this.isIdle) this.#tellIdle();
    });
  }

  #tellIdle(): void {
    for (const done of this.#idle.splice(0)) done();
  }

  #write(flush: Flush): StoreWrite {
    const counters: StoreWrite['counters'][number][] = [];
    const backlogs: StoreWrite['backlogs'][number][] = [];
    for (const entry of flush.entries) {
      const { name, counter, change: previousChange } = entry;
      if (entry.registerIsUnwritten) {
        const { register } = counter;
        if (register.mark !== entry.written) entry.change = ++this.#lastChange;
        entry.written = register.mark;
        counters.push({ counter: name, register, change: entry.change, previousChange });
      }
      if (entry.recordsAreUnwritten) backlogs.push({ counter: name, backlog: counter.backlog });
      entry.unwritten = 'nothing';
      entry.registerIsUnwritten = false;
      entry.recordsAreUnwritten = false;
      entry.isFlushing = true;
    }
    const membership = this.#membership;
    this.#membership = null;
    return { counters, backlogs, membership };
  }
}

function runAll(held: readonly Held[]): void {
  for (const one of held) if ('run' in one) one.run();
}
