import type { Minority } from '../counter/origin.ts';
import { CANDIDATE_RESTS, LATE_FOR } from '../limits.ts';
import type { Actor } from '../paxos/ballot.ts';
import { majority } from '../paxos/quorum.ts';
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
  readonly #lateUntil = new Map<Actor, number>();
  /** All others, from the next one in the list on: so that holders do not all ask the same ones. */
  readonly #others: readonly Actor[];
  /** While nobody is late. */
  readonly #usualQuorum: readonly Actor[];
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
    const place = this.actors.indexOf(this.self);
    this.#others = [...this.actors.slice(place + 1), ...this.actors.slice(0, place)];
    this.#usualQuorum = this.#quorumOf(new Map());
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

  get hedge(): number {
    return this.#patience.hedge;
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

  /** All while some actor cannot be reached: then others may be slow to answer, too. One more if this actor's own disk is late. */
  get quorum(): readonly Actor[] {
    if (this.alive.size < this.actors.length) return this.actors;
    for (const [actor, until] of this.#lateUntil) if (until <= this.now) this.#lateUntil.delete(actor);
    return this.#lateUntil.size === 0 ? this.#usualQuorum : this.#quorumOf(this.#lateUntil);
  }

  #quorumOf(late: ReadonlyMap<Actor, number>): readonly Actor[] {
    const others = this.#others.toSorted((a, b) => Number(late.has(a)) - Number(late.has(b)));
    const most = majority(this.actors.length) - (late.has(this.self) ? 0 : 1);
    return [this.self, ...others.slice(0, most)];
  }

  late(actor: Actor): void {
    this.#lateUntil.set(actor, this.now + LATE_FOR);
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  settled(ticks: number): void {
    this.#patience.settled(ticks);
  }
}
