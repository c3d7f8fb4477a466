/** What an actor offers to its clients; http/ puts it into routes. */
import type { Actor } from '../paxos/ballot.ts';

/** Nothing was changed, and it is certain that nothing will be. */
export interface Refused {
  readonly kind: 'refused';
  /** One sentence for a person. */
  readonly reason: string;
  /** Seconds after which it is worth another try. */
  readonly retryAfter: number;
}

export type IncrementOutcome =
  /** In a chosen state: `value` is the counter's right after this increment. */
  | { readonly kind: 'counted'; readonly value: bigint; readonly slot: number }
  /** Durable here; will be counted exactly once as soon as a majority can be reached. */
  | { readonly kind: 'recorded' }
  /** Sent to others, durable nowhere for sure: may be counted once, or never. */
  | { readonly kind: 'unknown' }
  | Refused;

export type ReadOutcome =
  /** `unreachable`: the actors that a consistent read did not hear. A counter that does not exist is 0 in slot 0. */
  | {
      readonly kind: 'read';
      readonly value: bigint;
      readonly slot: number;
      readonly unreachable: readonly Actor[];
    }
  | Refused;

export type ConfigOutcome =
  | { readonly kind: 'configured'; readonly self: Actor; readonly changed: boolean }
  /** This actor holds counters of another set of actors; nothing was changed. */
  | { readonly kind: 'conflict'; readonly reason: string }
  /** None, or more than one, of the addresses is this actor; nothing was changed. */
  | { readonly kind: 'unidentified'; readonly reason: string }
  | Refused;

export interface Readiness {
  /** Can it serve consistent operations now? */
  readonly ready: boolean;
  /** One sentence for a person. */
  readonly reason: string;
}

/** Whoever asks for a counter is told by a call: the objects of a promise would be cold when its answer comes. */
export interface CounterService {
  /** Which of the actors this is; null before a config. */
  readonly self: Actor | null;
  increment(counter: string, amount: bigint, done: (outcome: IncrementOutcome) => void): void;
  /** The last locally chosen value. */
  value(counter: string, done: (outcome: ReadOutcome) => void): void;
  /** A read round; with `all` it demands the answer of every actor. */
  consistentValue(
    counter: string,
    options: { readonly all: boolean },
    done: (outcome: ReadOutcome) => void,
  ): void;
  /** `actors`: normalised, distinct, not empty. */
  configure(actors: readonly Actor[]): Promise<ConfigOutcome>;
  readiness(): Readiness;
}
