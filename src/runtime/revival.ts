import { REVIVED_AT_ONCE } from '../limits.ts';
import { majorityAlive, type Surroundings } from '../paxos/surroundings.ts';
import type { Entry } from './counters.ts';
import type { Store } from './ports.ts';

/**
 * Sends again what is on record as answered 202: at the start of a life, and when a majority is back. Some counters at
 * a time, since a long partition can leave records of all of them.
 */
export class Revival {
  readonly #store: Store;
  readonly #surroundings: Surroundings;
  readonly #load: (counter: string) => Entry;
  #hasMajority = false;
  /** How far the present pass over the records is; undefined: there is none. */
  #after: string | null | undefined;
  #underWay: Entry[] = [];

  constructor(store: Store, surroundings: Surroundings, load: (counter: string) => Entry) {
    this.#store = store;
    this.#surroundings = surroundings;
    this.#load = load;
  }

  livenessChanged(): void {
    const had = this.#hasMajority;
    this.#hasMajority = majorityAlive(this.#surroundings);
    if (!this.#hasMajority || had) return;
    // What was under way when the majority was lost may have been evicted since.
    this.#underWay = [];
    this.#after = null;
  }

  tick(): void {
    if (this.#surroundings.now === 1) this.livenessChanged();
    if (this.#after === undefined || !this.#hasMajority) return;
    this.#underWay = this.#underWay.filter(({ counter }) => counter.backlog !== null);
    const room = REVIVED_AT_ONCE - this.#underWay.length;
    if (room <= 0) return;
    const counters = this.#store.backlogs(this.#after, room);
    this.#after = counters.at(-1);
    for (const counter of counters) this.#underWay.push(this.#load(counter));
  }
}
