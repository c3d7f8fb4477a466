/**
 * Beside the specification: what the events of one counter at one actor have told, so that what they tell later, and what
 * others tell of it, agrees with that.
 */
import { type BatchNumber, compareNumbers } from '../../../src/counter/state.ts';
import type { Actor, Ballot } from '../../../src/paxos/ballot.ts';
import type { CounterEvent } from '../../../src/runtime/trace.ts';
import type { Part, Voted } from '../names.ts';
import { Contradiction } from '../refusal.ts';
import type { Rules } from '../rules/rule.ts';

/** Hears of an event after the specification has allowed it. */
export type Accounts = Partial<Rules<CounterEvent['event']>>;

/** A read round, under all its identifiers. */
export interface Reading {
  /** Who has answered. */
  readonly heard: Set<Actor>;
  /** All its reads are told. */
  isOver: boolean;
}

/** A batch that was settled before all of it was answered: the rest waits for a flush. */
export interface Owing extends Part {
  flushes: number;
}

export interface Account {
  /** The mark that was durable after the last flush. */
  durable: Voted | null;
  /** No mark that it tells now is lower. */
  told: Voted | null;
  readonly prepared: Recent<Ballot, null>;
  /** Of its own ballot: the accept that is not chosen yet. */
  accepting: string | null;
  /** Of its own ballot: the vote that was chosen last. */
  chosen: string | null;
  /** The batch that was sealed last, and in which life. */
  sealed: (Part & { readonly life: number }) | null;
  /** How much of a batch was answered, in all lives. */
  readonly answered: Recent<BatchNumber, { sum: bigint }>;
  owing: Owing[];
  readonly asked: Recent<BatchNumber, Reading>;
  /** The round of which not all reads are told yet, though one is. */
  telling: string | null;
  /** The batches of others that were sent here, by origin. */
  received: Map<Actor, Recent<BatchNumber, null>> | null;
  /** Of its own batches, those of which it was told that they are counted. */
  readonly counted: Recent<BatchNumber, null>;
}

const BALLOTS = 8;
const BATCHES = 8;
const ROUNDS = 16;

const compareRounds = (a: Ballot, b: Ballot) => a.round - b.round;

export function openAccount(): Account {
  return {
    durable: null,
    told: null,
    prepared: new Recent(compareRounds, BALLOTS),
    accepting: null,
    chosen: null,
    sealed: null,
    answered: new Recent(compareNumbers, BATCHES),
    owing: [],
    asked: new Recent(compareNumbers, ROUNDS),
    telling: null,
    received: null,
    counted: new Recent(compareNumbers, BATCHES),
  };
}

const NONE: readonly never[] = [];

/** The highest ones: what is lower is forgotten, and what is told of it is believed. */
export class Recent<N, V> {
  readonly #compare: (a: N, b: N) => number;
  readonly #most: number;
  /** None is shared by all: most have none. */
  #known: readonly { readonly number: N; readonly value: V }[] = NONE;
  #forgotten: N | null = null;

  constructor(compare: (a: N, b: N) => number, most: number) {
    this.#compare = compare;
    this.#most = most;
  }

  get last(): N | null {
    return this.#known.at(-1)?.number ?? this.#forgotten;
  }

  find(number: N): V | undefined {
    return this.#known.findLast((one) => this.#compare(one.number, number) === 0)?.value;
  }

  /** Or it may be forgotten. */
  has(number: N): boolean {
    return this.isForgotten(number) || this.find(number) !== undefined;
  }

  isForgotten(number: N): boolean {
    return this.#forgotten !== null && this.#compare(number, this.#forgotten) <= 0;
  }

  add(number: N, value: V): void {
    const place = this.#known.findLastIndex((one) => this.#compare(one.number, number) < 0) + 1;
    const isKnown =
      this.#known[place] !== undefined && this.#compare(this.#known[place].number, number) === 0;
    this.#known = this.#known.toSpliced(place, isKnown ? 1 : 0, { number, value });
    if (this.#known.length <= this.#most) return;
    this.#forgotten = this.#known[0]?.number ?? null;
    this.#known = this.#known.slice(1);
  }
}

/** `detail` is worked out only if it is needed. */
export function agree(holds: boolean, guard: string, detail: () => string): asserts holds {
  if (!holds) throw new Contradiction(guard, detail());
}
