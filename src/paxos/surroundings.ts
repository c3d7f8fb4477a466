import type { Actor, Ballot } from './ballot.ts';
import type { Shape, VoteOf } from './message.ts';
import { majority } from './quorum.ts';

/** What a register replicates. */
export interface Machine<T extends Shape> {
  readonly zero: T['state'];
  apply(state: T['state'], command: T['command']): T['state'];
  origin(command: T['command']): Actor;
  /** Whether `command` is a later one of its origin than `other`. */
  isLater(command: T['command'], other: T['command']): boolean;
  /** Whether `state` has `command` in it already. */
  counts(state: T['state'], command: T['command']): boolean;
  /** What to tell the origin of a counted command; null if its result is no longer known. */
  outcome(state: T['state'], command: T['command']): T['outcome'] | null;
  /** Whether `state` counts all of `actor` up to `watermark`. */
  covers(state: T['state'], actor: Actor, watermark: T['watermark']): boolean;
}

/** What an actor's roles can see of the world around them. The driver keeps it true. */
export interface Surroundings {
  readonly self: Actor;
  readonly actors: readonly Actor[];
  readonly incarnation: number;
  /** Ticks since this life began. */
  readonly now: number;
  /** The actors that are not suspected, this one included. */
  readonly alive: ReadonlySet<Actor>;
  /**
   * Who is to propose for a register that has no live holder: this actor, or one that all who see the same links agree on.
   */
  readonly candidate: Actor;
  /** Whom to ask for a vote at first: a majority with this actor, of those most likely to answer, or all. */
  readonly quorum: readonly Actor[];
  /** `actor` did not answer in time when it was asked for a vote. */
  late(actor: Actor): void;
  /** What was left to `candidate` was not answered in time. */
  unanswered(candidate: Actor): void;
  /** A command of this actor was counted so many ticks after it was sent. */
  settled(ticks: number): void;
  /** Ticks to wait for an answer before something is done about it: a few times what it usually takes. */
  readonly patience: number;
  /** Ticks to wait for the votes of a quorum before the others are asked too: longer than nearly all take. */
  readonly hedge: number;
  /** In [0, 1). */
  random(): number;
  /** Grows strictly within an incarnation. */
  nextSequence(): number;
}

/** What all roles of one register at one actor know together. */
export interface Known<T extends Shape> {
  /** The highest ballot seen. Its actor is the holder, as far as is known here. */
  highest: Ballot | null;
  readonly mark: VoteOf<T> | null;
}

export function majorityAlive(surroundings: Surroundings): boolean {
  return surroundings.alive.size >= majority(surroundings.actors.length);
}

/** The first of two ticks; null is never. */
export function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** Ticks until the next try: random, growing with the number of tries, bounded. */
export function growingPause(surroundings: Surroundings, base: number, tries: number, most: number): number {
  const ceiling = Math.min(most, base * 2 ** Math.min(tries, 16));
  return Math.max(1, Math.ceil(ceiling * (0.5 + surroundings.random() / 2)));
}
