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

/** A counter's value, and what makes every batch count at most once. */
export interface CounterState {
  readonly total: bigint;
  readonly origins: ReadonlyMap<Actor, Counted>;
}

export const zero: CounterState = { total: 0n, origins: new Map() };

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
  const origins = new Map(state.origins).set(batch.origin, { number: batch.number, total });
  return { total, origins };
}
