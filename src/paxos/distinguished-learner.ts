import { TELL_PAUSE } from '../limits.ts';
import type { Actor } from './ballot.ts';
import { type Effect, send } from './effects.ts';
import type { Shape, VoteOf } from './message.ts';
import type { Surroundings } from './surroundings.ts';

/** Of a vote that has just been chosen. */
interface Choice {
  /** Who was asked for it, and so can mark it by its name. */
  readonly asked: readonly Actor[];
  readonly accepted: readonly Actor[];
  /** Whose commands it counts for the first time. */
  readonly origins: readonly Actor[];
}

/**
 * Tells all actors what is chosen (Lamport, Paxos Made Simple, section 2.3). Who was asked for the vote needs only its name.
 * The others need the state: at once if a command of theirs is in it, so that their clients find what they were
 * answered, else at most every TELL_PAUSE ticks, since the last one of a counter tells all before it.
 */
export class DistinguishedLearner<T extends Shape> {
  readonly #surroundings: Surroundings;
  /** Who has not been told the last vote that was chosen. */
  #untold: readonly Actor[] = [];
  #tellAt = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** The tick at which a `tick` has something to tell; null if none. */
  get alarm(): number | null {
    return this.#untold.length === 0 ? null : this.#tellAt;
  }

  chosen(vote: VoteOf<T>, { asked, accepted, origins }: Choice): Effect<T>[] {
    const { self, actors, alive, now } = this.#surroundings;
    const { ballot, slot } = vote;
    const grounds = { type: 'chosen', accepted } as const;
    const effects: Effect<T>[] = [send(self, { type: 'learn', mark: vote }, undefined, grounds)];
    const isDue = now >= this.#tellAt;
    const untold: Actor[] = [];
    for (const actor of actors) {
      if (actor === self) continue;
      if (asked.includes(actor)) {
        effects.push(send(actor, { type: 'chosen', ballot, slot }));
      } else if (!isDue && !origins.includes(actor)) {
        untold.push(actor);
      } else {
        // An origin that is told all the time must not keep the others waiting.
        if (isDue) this.#tellAt = now + TELL_PAUSE;
        // Who cannot be reached asks "what changed" when it can.
        if (alive.has(actor)) effects.push(send(actor, { type: 'learn', mark: vote }, 'at leisure'));
      }
    }
    this.#untold = untold;
    return effects;
  }

  /** `mark`: the highest vote known to be chosen, which is at or above all that somebody was not told. */
  tick(mark: VoteOf<T> | null): Effect<T>[] {
    const { alive, now } = this.#surroundings;
    if (this.#untold.length === 0 || mark === null || now < this.#tellAt) return [];
    const untold = this.#untold.filter((actor) => alive.has(actor));
    this.#untold = [];
    this.#tellAt = now + TELL_PAUSE;
    return untold.map((actor) => send(actor, { type: 'learn', mark }, 'at leisure'));
  }
}
