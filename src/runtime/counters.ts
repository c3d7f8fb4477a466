import { Counter, type Durable } from '../counter/counter.ts';
import type { Minority } from '../counter/origin.ts';
import { DOUBT_AFTER, EVICTIONS_A_TURN } from '../limits.ts';
import { compareVotes } from '../paxos/ballot.ts';
import type { Surroundings } from '../paxos/surroundings.ts';
import type { Mark, Store, StoredCounter } from './ports.ts';

/** A counter in memory, and how far the store is behind it. */
export interface Entry {
  readonly name: string;
  readonly counter: Counter;
  /** What is durable here: `value` answers its mark, a reader is told its vote. */
  durable: Durable;
  /** What was last handed to the store, and the number of that change of the mark. */
  written: Durable;
  change: number;
  /** What others knew at some moment of this life is known here. */
  isConfirmed: boolean;
  /** Something of it has come, or is to be done, in this turn. */
  isTouched: boolean;
  /** Used since the last look. */
  isHot: boolean;
  /** Not handed to the store yet; `later` if nothing waits for it. */
  unwritten: 'nothing' | 'later' | 'now';
  recordsAreUnwritten: boolean;
  registerIsUnwritten: boolean;
  /** Handed to the store, not durable yet. */
  isFlushing: boolean;
  /** The last tick in which something of it was waited for. */
  hurriedAt: number;
  alarmAt: number | null;
}

const EMPTY: StoredCounter = {
  register: { promise: null, vote: null, mark: null },
  change: 0,
  backlog: null,
};

/** The counters in memory: loaded on demand, evicted when nothing is under way and others are hotter. */
export class Counters {
  readonly #store: Store;
  readonly #surroundings: Surroundings & Minority;
  readonly #most: number;
  /** In the order of the last look at them for eviction; the longest ago first. */
  readonly #entries = new Map<string, Entry>();

  constructor(store: Store, surroundings: Surroundings & Minority, most: number) {
    this.#store = store;
    this.#surroundings = surroundings;
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  peek(name: string): Entry | null {
    return this.#entries.get(name) ?? null;
  }

  /** As `get`, but null if it is not in memory. */
  hot(name: string): Entry | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    entry.isHot = true;
    return entry;
  }

  get(name: string): Entry {
    const hot = this.hot(name);
    if (hot !== null) return hot;
    const { register, change, backlog } = this.load(name);
    const durable = { register, backlog };
    const entry: Entry = {
      name,
      counter: new Counter(this.#surroundings, register, backlog, () => entry.durable),
      durable,
      written: durable,
      change,
      isConfirmed: false,
      isTouched: false,
      isHot: false,
      unwritten: 'nothing',
      recordsAreUnwritten: false,
      registerIsUnwritten: false,
      isFlushing: false,
      hurriedAt: -Infinity,
      alarmAt: null,
    };
    this.#entries.set(name, entry);
    return entry;
  }

  /** The mark of that counter, whether it is in memory or not. */
  mark(name: string): Mark {
    const entry = this.peek(name);
    return entry === null ? this.#store.mark(name) : entry.counter.mark;
  }

  /** As it is in the store. */
  load(name: string): StoredCounter {
    return this.#store.load(name) ?? EMPTY;
  }

  /**
   * Whether the mark may be old, and nobody is about to tell a newer one: all who knew of it may have stopped before they had
   * that durably. So where nothing was heard of that counter since it is in memory, and where nobody said for long that a
   * vote above the mark is chosen.
   */
  isInDoubt(name: string): boolean {
    const entry = this.peek(name);
    if (entry === null) return true;
    if (entry.counter.isBusy) return false;
    const { vote, mark } = entry.counter.register;
    const isLate = this.#surroundings.now >= entry.hurriedAt + DOUBT_AFTER;
    return !entry.isConfirmed || (isLate && compareVotes(vote, mark) > 0);
  }

  /** A read of that counter is done. */
  confirm(name: string): void {
    const entry = this.peek(name);
    if (entry !== null) entry.isConfirmed = true;
  }

  busy(): Entry[] {
    return [...this.#entries.values()].filter(({ counter }) => counter.isBusy);
  }

  /**
   * Forgets the coldest that can go; who was used since the last look has a second chance (Corbató, A Paging Experiment with
   * the Multics System, 1968). What keeps one is only that it is not written yet: that is waited for.
   */
  evict(alarms: { forget(entry: Entry): void }, flushes: { hurry(entry: Entry): void }): void {
    let looks = Math.min(EVICTIONS_A_TURN, this.#entries.size - this.#most);
    if (looks <= 0) return;
    for (const [name, entry] of this.#entries) {
      if (looks-- <= 0) return;
      this.#entries.delete(name);
      const stays = entry.isHot || entry.isFlushing || entry.counter.isPinned;
      entry.isHot = false;
      if (!stays) flushes.hurry(entry);
      if (!stays && entry.unwritten === 'nothing') alarms.forget(entry);
      else this.#entries.set(name, entry);
    }
  }
}
