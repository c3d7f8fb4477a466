import { MAX_NAME_BYTES } from '../limits.ts';
import type { Actor } from '../paxos/ballot.ts';
import type { Reader, Writer } from './bytes.ts';
import { MalformedError } from './malformed.ts';

/** How actors are named where they are encoded. */
export interface ActorNames {
  encode(to: Writer, actor: Actor): void;
  decode(from: Reader, what: string): Actor;
}

/** In place of a place: a name follows. */
const BY_NAME = 0;

/**
 * How the actors of one cluster name actors to each other: by place in the sorted list, from 1 on, which takes one byte and is
 * read as the same string each time. Who is not in the list goes by name.
 */
export class ActorList implements ActorNames {
  readonly #actors: readonly Actor[];
  readonly #places: ReadonlyMap<Actor, number>;

  constructor(actors: readonly Actor[]) {
    this.#actors = [...actors].sort();
    this.#places = new Map(this.#actors.map((actor, index) => [actor, index + 1]));
  }

  encode(to: Writer, actor: Actor): void {
    const place = this.#places.get(actor) ?? BY_NAME;
    to.natural(place);
    if (place === BY_NAME) to.text(actor);
  }

  decode(from: Reader, what: string): Actor {
    const place = from.natural(what);
    const actor = place === BY_NAME ? from.text(what, MAX_NAME_BYTES) : this.#actors[place - 1];
    if (actor !== undefined) return actor;
    throw new MalformedError(what, `a name or a place in a list of ${this.#actors.length}`, place);
  }
}

export const byName: ActorNames = new ActorList([]);
