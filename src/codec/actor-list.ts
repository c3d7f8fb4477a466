import type { Actor } from '../paxos/ballot.ts';
import { MalformedError } from './plain.ts';

/** How actors are named where they are encoded: by a place that both sides know, or by name. */
export interface ActorNames {
  encode(actor: Actor): number | string;
  decode(encoded: unknown, what: string): Actor;
}

/**
 * How the actors of one cluster name actors to each other: by place in the sorted list, which takes one byte and is
 * read as the same string each time. Who is not in the list goes by name.
 */
export class ActorList implements ActorNames {
  readonly #actors: readonly Actor[];
  readonly #places: ReadonlyMap<Actor, number>;

  constructor(actors: readonly Actor[]) {
    this.#actors = [...actors].sort();
    this.#places = new Map(this.#actors.map((actor, place) => [actor, place]));
  }

  encode(actor: Actor): number | string {
    return this.#places.get(actor) ?? actor;
  }

  decode(encoded: unknown, what: string): Actor {
    const actor = typeof encoded === 'number' ? this.#actors[encoded] : encoded;
    if (typeof actor === 'string') return actor;
    throw new MalformedError(what, `a string or a place in a list of ${this.#actors.length}`, encoded);
  }
}

export const byName: ActorNames = new ActorList([]);
