import type { ActorNames } from '../codec/actor-list.ts';
import { MalformedError } from '../codec/plain.ts';
import type { Actor } from '../paxos/ballot.ts';

/**
 * The actors that the records of a store name, each stored once: by the place in which it was first met. Places are never
 * given up, so a record means the same whatever the actor list becomes.
 */
export class Places implements ActorNames {
  readonly #actors: Actor[] = [];
  readonly #places = new Map<Actor, number>();
  /** How many were taken. */
  #taken = 0;

  encode(actor: Actor): number {
    const known = this.#places.get(actor);
    if (known !== undefined) return known;
    const place = this.#actors.push(actor) - 1;
    this.#places.set(actor, place);
    return place;
  }

  decode(encoded: unknown, what: string): Actor {
    const actor = typeof encoded === 'number' ? this.#actors[encoded] : undefined;
    if (actor !== undefined) return actor;
    throw new MalformedError(what, `a place below ${this.#actors.length}`, encoded);
  }

  /** Those since the last call: to be stored with the records that were encoded since then, or known to be stored. */
  takeNew(): [number, Actor][] {
    if (this.#taken === this.#actors.length) return [];
    const places = [...this.#actors.entries()].slice(this.#taken);
    this.#taken = this.#actors.length;
    return places;
  }
}
