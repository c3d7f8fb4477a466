import type { Actor } from '../paxos/ballot.ts';

/** Names a batch of one origin. Grows strictly at that origin, restart or not: a new incarnation starts higher. */
export interface BatchNumber {
  readonly incarnation: number;
  readonly sequence: number;
}

/** Increments of one origin for one counter that travel, and count, as one. */
export interface Batch {
  readonly origin: Actor;
  readonly number: BatchNumber;
  readonly amount: bigint;
}

/** The last batch of an origin that was counted, and the counter's value right after it. */
export interface Counted {
  readonly number: BatchNumber;
  readonly total: bigint;
}

/**
 * The last batch of each origin that was counted. Never changes. Two arrays, since a Map of a few takes more time to copy and to
 * look up.
 */
export class Origins implements Iterable<readonly [Actor, Counted]> {
  readonly actors: readonly Actor[];
  readonly counted: readonly Counted[];

  /** `actors`: each once; `counted`: of each of them. */
  constructor(actors: readonly Actor[] = [], counted: readonly Counted[] = []) {
    this.actors = actors;
    this.counted = counted;
  }

  get size(): number {
    return this.actors.length;
  }

  get(origin: Actor): Counted | undefined {
    const at = this.actors.indexOf(origin);
    return at < 0 ? undefined : this.counted[at];
  }

  /** These, with `counted` as the last of `origin`. */
  with(origin: Actor, counted: Counted): Origins {
    const at = this.actors.indexOf(origin);
    return at < 0
      ? new Origins([...this.actors, origin], [...this.counted, counted])
      : new Origins(this.actors, this.counted.with(at, counted));
  }

  forEach(act: (counted: Counted, origin: Actor) => void): void {
    this.counted.forEach((counted, at) => {
      act(counted, this.actors[at] as Actor);
    });
  }

  *[Symbol.iterator](): Generator<readonly [Actor, Counted]> {
    for (const [at, counted] of this.counted.entries()) yield [this.actors[at] as Actor, counted];
  }
}

/** A counter's value, and what makes every batch count at most once. */
export interface CounterState {
  readonly total: bigint;
  readonly origins: Origins;
}

export const zero: CounterState = { total: 0n, origins: new Origins() };

export function compareNumbers(a: BatchNumber, b: BatchNumber): number {
  return a.incarnation - b.incarnation || a.sequence - b.sequence;
}

/** Whether `state` counts the batch of `origin` with that number. */
export function counts(state: CounterState, origin: Actor, number: BatchNumber): boolean {
  const last = state.origins.get(origin);
  return last !== undefined && compareNumbers(number, last.number) <= 0;
}

/** Counts `batch` once, however often it is sent, forwarded, re-proposed or replayed. */
export function apply(state: CounterState, batch: Batch): CounterState {
  if (counts(state, batch.origin, batch.number)) return state;
  const total = state.total + batch.amount;
  const origins = state.origins.with(batch.origin, { number: batch.number, total });
  return { total, origins };
}
