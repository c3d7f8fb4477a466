/** Whether what an actor has written is all that it did: numbers without gaps, lives that begin and end. */
import type { Actor } from '../../src/paxos/ballot.ts';
import { isWellFormed } from './form.ts';
import type { Line, Placed } from './line.ts';
import { demand, Refusal } from './refusal.ts';

interface Life {
  readonly incarnation: number;
  number: number;
  clock: number;
  hasEnded: boolean;
  actors: readonly Actor[];
  readonly store: string;
  readonly peersUp: Set<Actor>;
  /** It began anew, with other actors; of links meanwhile nothing was noted. */
  isAnew: boolean;
}

export class Lives {
  readonly #lives = new Map<Actor, Life>();
  /** Who they are, for the first that had a counter. */
  #actors: readonly Actor[] | null = null;
  #crashes = 0;

  /** Of `actor`, which does something with a counter, and of all others that do. */
  actorsOf(actor: Actor): readonly Actor[] {
    const life = this.#lives.get(actor);
    const own = life?.actors ?? [];
    this.#actors ??= own;
    const all = this.#actors;
    if (life === undefined || own === all) return all;
    demand(
      own.length === all.length && own.every((one) => all.includes(one)),
      'all have the same actors',
      () => `for ${actor} they are ${own.join(', ')}, for others ${all.join(', ')}`,
    );
    life.actors = all;
    return all;
  }

  /** Lives that were cut off. */
  get crashes(): number {
    return this.#crashes;
  }

  /** The same trace; what is wrong with it by itself is said as soon as it is read. */
  *follow(trace: Iterable<Placed>): Generator<Placed> {
    for (const placed of trace) {
      const { line } = placed;
      try {
        demand(
          line !== null,
          'well formed',
          () => 'it is no event, and not the last of a life that was cut off',
        );
        this.#step(line);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        yield { ...placed, refusal: error };
        return;
      }
      yield placed;
    }
  }

  #step(line: Line): void {
    const life = this.#lives.get(line.actor);
    if (line.event === 'started' && line.incarnation !== life?.incarnation) {
      this.#begin(line, life);
      return;
    }
    demand(
      life !== undefined && life.incarnation === line.incarnation,
      'a life begins with started',
      () => `${line.actor} has not started its life ${line.incarnation}`,
    );
    demand(
      !life.hasEnded,
      'nothing happens after the end of a life',
      () => `life ${life.incarnation} has ended`,
    );
    demand(
      line.number === life.number + 1,
      'local numbers have no gaps',
      () => `after ${life.number} comes ${line.number}: lines are missing, doubled or out of order`,
    );
    demand(line.clock > life.clock, 'the clock of an actor grows', () => `it was ${life.clock}`);
    isWellFormed(line, life.actors);
    life.number = line.number;
    life.clock = line.clock;
    if (line.event === 'started') {
      configured(line, life.store);
      const before = life.actors.join(' ');
      demand(
        line.actors.join(' ') !== before,
        'it begins anew with other actors',
        () => `they were ${before}`,
      );
      life.actors = line.actors;
      life.isAnew = true;
    } else if (line.event === 'ended') life.hasEnded = true;
    else if (line.event === 'link up') {
      demand(line.peer !== line.actor, 'a link is to another', () => `it is to ${line.peer}`);
      const wasDown = !life.peersUp.has(line.peer) || life.isAnew;
      demand(wasDown, 'a link that comes up was down', () => `${line.peer} was linked`);
      life.peersUp.add(line.peer);
    } else if (line.event === 'link down') {
      const wasUp = life.peersUp.delete(line.peer);
      demand(wasUp, 'a link that goes down was up', () => `${line.peer} was not linked`);
    }
  }

  /** The trace is over. `mayBeCut`: the last lives, too, may be. */
  end(mayBeCut: boolean): void {
    for (const [actor, { incarnation, number, hasEnded }] of this.#lives) {
      if (hasEnded) continue;
      this.#crashes += 1;
      demand(
        mayBeCut,
        'a life ends with ended',
        () => `the last event of ${actor} is ${incarnation}.${number}: it was killed, or lines are missing`,
      );
    }
  }

  #begin(line: Line & { readonly event: 'started' }, before: Life | undefined): void {
    isWellFormed(line, []);
    const { actor, incarnation, number, clock } = line;
    const last = before === undefined ? null : `${before.incarnation}.${before.number}`;
    demand(
      before === undefined || incarnation > before.incarnation,
      'incarnations grow',
      () => `${actor} was in its life ${before?.incarnation}`,
    );
    demand(
      line.after === last,
      'a life follows the last event of the one before',
      () => `that was ${line.after ?? 'none'}, but the last that there is was ${last ?? 'none'}`,
    );
    demand(number === 1, 'local numbers have no gaps', () => `a life begins with ${number}`);
    demand(
      before === undefined || clock > before.clock,
      'the clock of an actor grows',
      () => `it was ${before?.clock}`,
    );
    configured(line, before?.store ?? line.store);
    if (before !== undefined && !before.hasEnded) this.#crashes += 1;
    const { actors, store } = line;
    const life = { incarnation, number, clock, hasEnded: false, actors, store, peersUp: new Set<Actor>() };
    this.#lives.set(actor, { ...life, isAnew: false });
  }
}

function configured({ actor, actors, store }: Line & { readonly event: 'started' }, before: string): void {
  demand(actors.includes(actor), 'it is one of the actors', () => `they are ${actors.join(', ')}`);
  // Who has lost its disk is not the same actor any more.
  demand(store === before, 'an actor keeps its store', () => `it was ${before}`);
}
