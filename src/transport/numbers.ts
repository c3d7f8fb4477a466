/**
 * How the two ends of a link name counters to each other: each gives numbers to those that it names, tells them in the frame in
 * which it first uses them, and starts again with the oldest when all are given; as the dynamic table of HPACK (RFC 7541, section
 * 2.3.2). A number is shorter than a name, and stands for the very string that was told: neither has to be looked at again.
 */
import { MalformedError } from '../codec/malformed.ts';
import { MAX_NUMBERED_NAME, NUMBERS } from '../limits.ts';

/** What this end has told the other one. */
export class GivenNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #counters: string[] = [];
  #next = 0;

  /** Undefined if it has none, or no more. */
  of(counter: string): number | undefined {
    return this.#numbers.get(counter);
  }

  /** Null if it is to go by name. The other end must be told before anything else. */
  give(counter: string): number | null {
    if (counter.length > MAX_NUMBERED_NAME) return null;
    const number = this.#next;
    const former = this.#counters[number];
    if (former !== undefined) this.#numbers.delete(former);
    this.#counters[number] = counter;
    this.#numbers.set(counter, number);
    this.#next = (number + 1) % NUMBERS;
    return number;
  }

  /** The other end may not have been told the last ones. */
  forget(): void {
    this.#numbers.clear();
    this.#counters.length = 0;
    this.#next = 0;
  }
}

/** What the other end has told this one. */
export class KnownNumbers {
  readonly #counters: string[] = [];

  learn(number: number, counter: string): void {
    if (number >= NUMBERS) throw new MalformedError('number of a counter', `one below ${NUMBERS}`, number);
    this.#counters[number] = counter;
  }

  counter(number: number): string {
    const counter = this.#counters[number];
    if (counter === undefined) throw new MalformedError('number of a counter', 'one that was told', number);
    return counter;
  }
}
