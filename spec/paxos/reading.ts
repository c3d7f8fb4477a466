/** A reader of notes by itself: what it hears is written out, what it wants is lines. */
import type { Answer, RoundId } from '../../src/paxos/message.ts';
import { Reader, type ReaderInput } from '../../src/paxos/reader.ts';
import { ballot, lines, type Notes, notes, vote, type World, worldOf } from './notes.ts';

/** An answer of an actor, as text; what is left out is none. */
export interface Told {
  readonly vote?: string;
  readonly mark?: string;
  readonly promised?: string;
  readonly watermark?: number;
}

export function answer({ vote: own, mark, promised, watermark }: Told): Answer<Notes> {
  return {
    promised: promised === undefined ? null : ballot(promised),
    vote: own === undefined ? null : vote(own),
    mark: mark === undefined ? null : vote(mark),
    watermark: watermark ?? null,
  };
}

export class Reading {
  readonly world: World;
  readonly known: { highest: ReturnType<typeof ballot> | null; mark: ReturnType<typeof vote> | null } = {
    highest: null,
    mark: null,
  };
  readonly reader: Reader<Notes>;
  #requests = 0;

  constructor(...[self = 'a', ...others]: string[]) {
    this.world = worldOf(self, self, ...others);
    this.reader = new Reader(notes, this.world, this.known);
  }

  /** A read that arrives, and the end of the turn in which it does. */
  read(options: { readonly all?: boolean; readonly deadline?: number } = {}): string[] {
    const { all = false, deadline = 1_000 } = options;
    this.#requests += 1;
    return [...this.step({ type: 'read', request: this.#requests, all, deadline }), ...this.turn()];
  }

  turn(): string[] {
    return this.step({ type: 'turn' });
  }

  /** `sequence` names the round; the first of a reader is 1. */
  hear(from: string, told: Told = {}, sequence = 1, incarnation = 1): string[] {
    return this.step({
      type: 'answer',
      from,
      round: this.#round(sequence, incarnation),
      answer: answer(told),
    });
  }

  carried(own: string, sequence = 1): string[] {
    return this.step({ type: 'carried', round: this.#round(sequence), vote: vote(own) });
  }

  /** A vote becomes known to be chosen here. */
  marked(own: string): string[] {
    this.known.mark = vote(own);
    return this.step({ type: 'marked', mark: this.known.mark });
  }

  tickAt(now: number): string[] {
    this.world.now = now;
    return this.step({ type: 'tick' });
  }

  liveness(...alive: string[]): string[] {
    this.world.alive = new Set(alive);
    return this.step({ type: 'liveness' });
  }

  step(input: ReaderInput<Notes>): string[] {
    return lines(this.reader.step(input));
  }

  #round(sequence: number, incarnation = 1): RoundId {
    return { incarnation, sequence };
  }
}
