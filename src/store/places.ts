import type { ActorNames } from '../codec/actor-list.ts';
import type { Reader, Writer } from '../codec/bytes.ts';
import { MalformedError } from '../codec/malformed.ts';
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

  encode(to: Writer, actor: Actor): void {
    to.natural(this.place(actor));
  }

  decode(from: Reader, what: string): Actor {
    const place = from.natural(what);
    const actor = this.#actors[place];
    if (actor !== undefined) return actor;
    throw new MalformedError(what, `a place below ${this.#actors.length}`, place);
  }

  /** A new one, if it has none yet. */
  place(actor: Actor): number {
    const known = this.#places.get(actor);
    if (known !== undefined) return known;
    const place = this.#actors.push(actor) - 1;
    this.#places.set(actor, place);
    return place;
  }

  /** Those since the last call: to be stored with the records that were encoded since then, or known to be stored. */
  takeNew(): [number, Actor][] {
    if (this.#taken === this.#actors.length) return [];
    const places = [...this.#actors.entries()].slice(this.#taken);
    this.#taken = this.#actors.length;
    return places;
  }
}
