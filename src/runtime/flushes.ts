import type { CounterEffect } from '../counter/counter.ts';
import { DISK_BUSY_FOR, MARK_FLUSH_AFTER, MARK_FLUSH_LATEST, MARKS_A_TICK } from '../limits.ts';
import type { Entry } from './counters.ts';
import type { Delay, Membership, Store, StoreWrite } from './ports.ts';

/** What leaves: an effect of a counter, or something of the driver's own. */
export type Leaving = Exclude<CounterEffect, { type: 'persist' }>;
type Held = { readonly entry: Entry; readonly effect: Leaving } | { readonly run: () => void };

interface Flush {
  readonly entries: Entry[];
  /** What leaves when it is durable, in order. */
  readonly held: Held[];
  membership: Membership | null;
  isNeeded: boolean;
  /** Whether it waits for others to share it, or has waited long enough. */
  gathering: 'not' | 'gathers' | 'done';
}

const emptyFlush = (): Flush => ({
  entries: [],
  held: [],
  membership: null,
  isNeeded: false,
  gathering: 'not',
});

export interface FlushesOptions {
  readonly store: Store;
  readonly delay: Delay;
  /** Counters; Infinity if no flush is worth waiting for others. */
  readonly flushGroup: number;
  readonly release: (held: readonly Held[]) => void;
  readonly failed: (error: Error) => void;
}

/**
 * Persist before send (protocol.md, "Phase 1" 1-2, "Phase 2" 5): everything that something waits for goes to the store
 * in one transaction and one flush, one flush at a time, and what depends on it leaves after it. What nothing waits
 * for goes with the next vote of its counter, or after a while.
 */
export class Flushes {
  readonly #options: FlushesOptions;
  /** Counters in the last flush. */
  #lastSize = 0;
  #now = 0;
  #next = emptyFlush();
  #running: Flush | null = null;
  /** What nothing waits for, and the tick since when; the oldest first. */
  readonly #later = new Map<Entry, number>();
  /** What nothing waits for either, and the tick since when. */
  #membership: Membership | null = null;
  #membershipSince = Infinity;
  /** It tells of changes known in that tick: it is written when their marks are. */
  #ripening: { readonly membership: Membership; readonly at: number } | null = null;
  /** The last tick in which something was asked for that is waited for. */
  #hurriedAt = -Infinity;
  #lastChange: number;
  /** The highest number of a change that some peer may know. */
  #told: number;
  #hasFailed = false;
  #idle: (() => void)[] = [];

  constructor(options: FlushesOptions) {
    this.#options = options;
    this.#lastChange = options.store.lastChange();
    this.#told = this.#lastChange;
  }

  get isIdle(): boolean {
    return this.#running === null && !this.#isUnwritten;
  }

  persist(entry: Entry, what: 'register' | 'records', when: 'now' | 'later'): void {
    if (what === 'register') {
      entry.registerIsUnwritten = true;
      entry.isConfirmed = true;
    } else entry.recordsAreUnwritten = true;
    if (when === 'now') {
      this.#hurriedAt = this.#now;
      entry.hurriedAt = this.#now;
      this.#joinNext(entry);
    } else if (entry.unwritten === 'nothing') {
      entry.unwritten = 'later';
      this.#later.set(entry, this.#now);
    }
  }

  remember(membership: Membership, when: 'now' | 'later'): void {
    this.#membership = membership;
    this.#membershipSince = Math.min(this.#membershipSince, this.#now);
    if (when === 'now') this.hurryAll();
  }

  /** Some peer knows the changes up to `number`. */
  tell(number: number): void {
    this.#told = Math.max(this.#told, number);
  }

  /** To be called once per tick: what nothing has waited for is not left unwritten for ever. */
  tick(now: number): void {
    const isBusy = now - this.#hurriedAt <= DISK_BUSY_FOR;
    const due = now - (isBusy ? MARK_FLUSH_LATEST : MARK_FLUSH_AFTER);
    this.#now = now;
    let room = MARKS_A_TICK;
    const [oldest = Infinity] = this.#later.values();
    // One flush of all, where nobody waits for the disk, in place of one a tick of those that are due.
    const latest = isBusy || oldest > due ? due : now;
    for (const [entry, since] of this.#later) {
      if (since > latest || room-- === 0) break;
      this.hurry(entry);
    }
    this.#ripen(due);
  }

  /** Marks are not hurried for a membership: with many counters that would be one flush of thousands. */
  #ripen(due: number): void {
    if (this.#ripening === null && this.#membership !== null && this.#membershipSince <= due) {
      this.#ripening = { membership: this.#membership, at: this.#now };
      this.#membership = null;
      this.#membershipSince = Infinity;
    }
    const [oldest = Infinity] = this.#later.values();
    if (this.#ripening === null || oldest <= this.#ripening.at) return;
    this.#next.membership = this.#ripening.membership;
    this.#next.isNeeded = true;
    this.#ripening = null;
  }

  /** Something unwritten of this entry is waited for now. */
  hurry(entry: Entry): void {
    if (entry.unwritten !== 'nothing') this.#joinNext(entry);
  }

  #joinNext(entry: Entry): void {
    if (entry.unwritten === 'now') return;
    if (entry.unwritten === 'later') this.#later.delete(entry);
    entry.unwritten = 'now';
    this.#next.entries.push(entry);
    this.#next.isNeeded = true;
  }

  /** Whatever is unwritten is waited for now. */
  hurryAll(): void {
    for (const entry of [...this.#later.keys()]) this.hurry(entry);
    const latest = this.#membership ?? this.#ripening?.membership;
    if (latest === undefined) return;
    this.#next.membership = latest;
    this.#next.isNeeded = true;
    this.#membership = null;
    this.#membershipSince = Infinity;
    this.#ripening = null;
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

  /** Holds what leaves after all that `entry` was left with unwritten; false if nothing has to be waited for. */
  hold(entry: Entry, held: Held): boolean {
    if (entry.unwritten === 'now') this.#next.held.push(held);
    else if (entry.isFlushing) this.#running?.held.push(held);
    else return false;
    return true;
  }

  /** Runs `run` when all that is unwritten now is durable; if nothing is, at once. */
  after(run: () => void): void {
    this.hurryAll();
    const flush = this.#isUnwritten ? this.#next : this.#running;
    if (flush === null) run();
    else flush.held.push({ run });
  }

  /** Starts the next flush, if something waits for it and none is running. */
  start(): void {
    if (this.#running !== null || !this.#next.isNeeded || this.#hasFailed) return;
    const flush = this.#next;
    if (this.#gathers(flush)) return;
    this.#lastSize = flush.entries.length;
    this.#running = flush;
    this.#next = emptyFlush();
    const { store, release, failed } = this.#options;
    store.write(this.#write(flush), (error) => {
      this.#running = null;
      if (error !== null) {
        runAll(flush.held);
        failed(error);
        return;
      }
      for (const entry of flush.entries) {
        entry.isFlushing = false;
        entry.durable = entry.written;
      }
      release(flush.held);
      if (this.isIdle) this.#tellIdle();
    });
  }

  /** Group commit, with a timer (Helland et al., Group Commit Timers and High Volume Transaction Systems, 1987). */
  #gathers(flush: Flush): boolean {
    const { flushGroup } = this.#options;
    const isWorthIt = this.#lastSize >= flushGroup && flush.entries.length < flushGroup;
    if (!isWorthIt || flush.gathering === 'done') return false;
    if (flush.gathering === 'not') {
      flush.gathering = 'gathers';
      this.#options.delay(() => {
        flush.gathering = 'done';
        this.start();
      });
    }
    return true;
  }

  get #isUnwritten(): boolean {
    const { entries, membership } = this.#next;
    if (entries.length > 0 || membership !== null) return true;
    return this.#later.size > 0 || this.#membership !== null || this.#ripening !== null;
  }

  #tellIdle(): void {
    for (const done of this.#idle.splice(0)) done();
  }

  #write(flush: Flush): StoreWrite {
    const counters: StoreWrite['counters'][number][] = [];
    const backlogs: StoreWrite['backlogs'][number][] = [];
    for (const entry of flush.entries) {
      const { name, counter, written, change: previousChange } = entry;
      if (entry.registerIsUnwritten) {
        const { register } = counter;
        // A number that nobody knows yet tells of this change, too.
        const isNews = register.mark !== written.register.mark && entry.change <= this.#told;
        if (isNews) entry.change = ++this.#lastChange;
        entry.written = { register, backlog: written.backlog };
        counters.push({ counter: name, register, change: entry.change, previousChange });
      }
      if (entry.recordsAreUnwritten) {
        const { backlog } = counter;
        entry.written = { register: entry.written.register, backlog };
        backlogs.push({ counter: name, backlog });
      }
      entry.unwritten = 'nothing';
      entry.registerIsUnwritten = false;
      entry.recordsAreUnwritten = false;
      entry.isFlushing = true;
    }
    return { counters, backlogs, membership: flush.membership };
  }
}

function runAll(held: readonly Held[]): void {
  for (const one of held) if ('run' in one) one.run();
}
