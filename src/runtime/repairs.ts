import { REPAIRS_AT_ONCE } from '../limits.ts';
import type { Counters } from './counters.ts';
import type { DriverReply } from './requests.ts';

/** Reads, for who asks next, what is in doubt here: "read repair" in DeCandia et al., Dynamo, 2007, section 5. */
export class Repairs {
  readonly #counters: Counters;
  readonly #read: (counter: string, done: (reply: DriverReply) => void) => void;
  #underWay = 0;

  constructor(counters: Counters, read: (counter: string, done: (reply: DriverReply) => void) => void) {
    this.#counters = counters;
    this.#read = read;
  }

  /** `counter` was shown: by a read round, if there is doubt. */
  shown(counter: string): void {
    if (this.#underWay >= REPAIRS_AT_ONCE || !this.#counters.isInDoubt(counter)) return;
    this.#underWay += 1;
    this.#read(counter, ({ type }) => {
      this.#underWay -= 1;
      if (type === 'read') this.#counters.confirm(counter);
    });
  }
}
