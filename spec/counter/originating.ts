/** An origin by itself: what it wants is lines. It is `a` of a, b and c. */
import { type Backlog, Origin, type OriginEffect, type RecordedBatch } from '../../src/counter/origin.ts';
import { apply, type Batch, type BatchNumber, zero } from '../../src/counter/state.ts';
import type { Ballot } from '../../src/paxos/ballot.ts';
import { type World, worldOf } from '../paxos/notes.ts';
import { backlogWords, lines } from './words.ts';

/** `1.4` */
export function number(text: string): BatchNumber {
  const [incarnation, sequence] = text.split('.').map(Number);
  if (incarnation === undefined || sequence === undefined) throw new TypeError(`${text} is no number`);
  return { incarnation, sequence };
}

/** `1.4 +7` */
export function recorded(text: string): RecordedBatch {
  const [name = '', amount = ''] = text.split(' ');
  return { number: number(name), amount: BigInt(amount.slice(1)) };
}

export class Originating {
  readonly world: World & { readonly minority: 'accept' | 'refuse'; readonly commitTimeout: number };
  readonly settled: number[] = [];
  /** Candidates. */
  readonly unanswered: string[] = [];
  readonly origin: Origin;
  readonly replica: { highest: Ballot | null; isProposing: boolean } = { highest: null, isProposing: false };
  #requests = 0;

  constructor(options: { minority?: 'accept' | 'refuse'; backlog?: Backlog; incarnation?: number } = {}) {
    const { minority = 'accept', backlog = null, incarnation = 1 } = options;
    this.world = Object.assign(worldOf('a', 'a', 'b', 'c'), {
      minority,
      commitTimeout: 100,
      incarnation,
      settled: (ticks: number) => this.settled.push(ticks),
      unanswered: (candidate: string) => this.unanswered.push(candidate),
    });
    this.origin = new Origin(this.world, backlog, this.replica);
  }

  /** Increments of one turn, and the end of that turn. */
  increments(...amounts: (number | bigint)[]): string[] {
    const effects = amounts.flatMap((amount) => {
      this.#requests += 1;
      return this.origin.increment(this.#requests, BigInt(amount));
    });
    return lines([...effects, ...this.origin.turn()]);
  }

  turn(): string[] {
    return lines(this.origin.turn());
  }

  /** What the proposer tells. */
  counted(name: string, total: number | bigint, slot = 1): string[] {
    return lines(this.origin.counted({ number: number(name), total: BigInt(total) }, slot));
  }

  /** A mark whose state has this batch of a as the last; `before` is the total without it. */
  marked(name: string, amount: number | bigint, before: number | bigint = 0, slot = 1): string[] {
    const batch: Batch = { origin: 'a', number: number(name), amount: BigInt(amount) };
    const state = apply({ ...zero, total: BigInt(before) }, batch);
    return lines(this.origin.learn(state, slot));
  }

  tickAt(now: number): string[] {
    this.world.now = now;
    return lines(this.origin.tick());
  }

  liveness(...alive: string[]): string[] {
    this.world.alive = new Set(alive);
    return this.#lines(this.origin.liveness());
  }

  push(reader = 'b'): string[] {
    return this.#lines(this.origin.push(reader));
  }

  get records(): string {
    return backlogWords(this.origin.backlog);
  }

  get watermark(): string | null {
    const watermark = this.origin.watermark(this.origin.backlog);
    return watermark === null ? null : `${watermark.incarnation}.${watermark.sequence}`;
  }

  #lines(effects: readonly OriginEffect[]): string[] {
    return lines(effects);
  }
}
