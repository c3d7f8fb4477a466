import type { Minority } from '../counter/origin.ts';
import { CANDIDATE_RESTS } from '../limits.ts';
import type { Actor } from '../paxos/ballot.ts';
import type { Surroundings } from '../paxos/surroundings.ts';
import { Patience } from './patience.ts';
import type { Membership, Random } from './ports.ts';

export interface ActorSurroundingsOptions extends Minority {
  readonly membership: Membership;
  readonly incarnation: number;
  readonly random: Random;
  /** Whether several requests wait here now. */
  readonly inCompany: () => boolean;
}

/** What the roles at one actor see of the world. */
export class ActorSurroundings implements Surroundings, Minority {
  readonly self: Actor;
  readonly actors: readonly Actor[];
  readonly incarnation: number;
  readonly random: Random;
  readonly minority: Minority['minority'];
  readonly commitTimeout: number;
  readonly alive: Set<Actor>;
  now = 0;
  readonly #patience = new Patience();
  readonly #inCompany: () => boolean;
  readonly #restUntil = new Map<Actor, number>();
  #sequence = 0;

  constructor({
    membership,
    incarnation,
    random,
    minority,
    commitTimeout,
    inCompany,
  }: ActorSurroundingsOptions) {
    this.self = membership.self;
    this.actors = membership.actors;
    this.incarnation = incarnation;
    this.random = random;
    this.minority = minority;
    this.commitTimeout = commitTimeout;
    this.alive = new Set([membership.self]);
    this.#inCompany = inCompany;
  }

  get patience(): number {
    return this.#patience.ticks;
  }

  /**
   * Alone, who is asked is the nearest. Of many requests the fewest messages and flushes are where one actor holds all that they
   * are for: its accepts, and the votes for them, travel together.
   */
  get candidate(): Actor {
    if (!this.#inCompany()) return this.self;
    const isAwake = (actor: Actor) => this.alive.has(actor) && (this.#restUntil.get(actor) ?? 0) <= this.now;
    return this.actors.find(isAwake) ?? this.self;
  }

  unanswered(candidate: Actor): void {
    this.#restUntil.set(candidate, this.now + CANDIDATE_RESTS);
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  settled(ticks: number): void {
    this.#patience.settled(ticks);
  }
}
