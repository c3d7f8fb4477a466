/** Whether what an actor has written is all that it did: numbers without gaps, lives that begin and end. */
import type { Actor } from '../../src/paxos/ballot.ts';
import type { Line, Placed } from './line.ts';
import { demand, Refusal } from './refusal.ts';

interface Life {
  readonly incarnation: number;
  number: number;
  clock: number;
  hasEnded: boolean;
  readonly peersUp: Set<Actor>;
}

export class Lives {
  readonly #lives = new Map<Actor, Life>();
  /** Who they are, for the first that has begun. */
  #actors: readonly Actor[] | null = null;
  #crashes = 0;

  get actors(): readonly Actor[] {
    if (this.#actors === null) throw new Refusal('a life begins with started', 'no actor has started');
    return this.#actors;
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
    life.number = line.number;
    life.clock = line.clock;
    if (line.event === 'started') this.#configured(line);
    else if (line.event === 'ended') life.hasEnded = true;
    else if (line.event === 'link up') life.peersUp.add(line.peer);
    else if (line.event === 'link down') {
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
    if (before !== undefined && !before.hasEnded) this.#crashes += 1;
    this.#lives.set(actor, { incarnation, number, clock, hasEnded: false, peersUp: new Set() });
    this.#configured(line);
  }

  #configured({ actor, actors }: Line & { readonly event: 'started' }): void {
    demand(actors.includes(actor), 'it is one of the actors', () => `they are ${actors.join(', ')}`);
    this.#actors = actors;
  }
}
