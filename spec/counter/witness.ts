import type { CounterReply } from '../../src/counter/counter.ts';
import { type CounterState, compareNumbers } from '../../src/counter/state.ts';
import { type Actor, compareVotes, type Vote } from '../../src/paxos/ballot.ts';
import { majority } from '../../src/paxos/quorum.ts';
import { idWords } from '../paxos/words.ts';
import type { Leaving } from '../transcripts/bench.ts';

/** All that has been answered when a request was made has to be in its answer. */
interface Asked {
  readonly amount: bigint;
  readonly after: bigint;
}

/**
 * Sees every message and every answer that leaves an actor, and throws at the first that must not. Every increment has a
 * digit of its own in base 8, so that a total tells what is in it, and how often.
 */
export class Witness {
  readonly proposed = new Map<string, Vote<CounterState>>();
  readonly chosen = new Map<string, Vote<CounterState>>();
  readonly answers = new Map<number, CounterReply>();
  readonly #actors: number;
  readonly #accepted = new Map<string, Set<Actor>>();
  readonly #asked = new Map<number, Asked>();
  #amounts = 0;
  #answered = 0n;

  constructor(actors: number) {
    this.#actors = actors;
  }

  nextAmount(): bigint {
    return 8n ** BigInt(this.#amounts++);
  }

  /** `amount` is 0 of a read. */
  asked(request: number, amount: bigint): void {
    this.#asked.set(request, { amount, after: this.#answered });
  }

  readonly left = (from: Actor, effect: Leaving): void => {
    if (effect.type === 'reply') this.#answer(effect.request, effect.reply);
    else if (effect.message.type === 'accept') this.#propose(effect.message.vote);
    else if (effect.message.type === 'accepted') this.#accept(from, idWords(effect.message));
  };

  #answer(request: number, reply: CounterReply): void {
    if (this.answers.has(request)) throw new Error(`${request} is answered twice`);
    this.answers.set(request, reply);
    if (reply.type !== 'counted' && reply.type !== 'read') return;
    const value = reply.type === 'counted' ? reply.value : (reply.vote?.state.total ?? 0n);
    const { amount, after } = this.#asked.get(request) ?? { amount: 0n, after: 0n };
    if (!isWithin(amount, value)) throw new Error(`the result of ${request} misses its own amount`);
    if (!isWithin(after, value)) throw new Error(`the answer to ${request} goes back in time`);
    this.#answered |= value;
  }

  #propose(vote: Vote<CounterState>): void {
    const name = idWords(vote);
    const other = this.proposed.get(name);
    if (other !== undefined && !isSame(other.state, vote.state))
      throw new Error(`the (ballot, slot) ${name} carries two different states`);
    this.proposed.set(name, vote);
    for (const chosen of this.chosen.values()) expectCarriedOn(chosen, vote);
  }

  #accept(actor: Actor, name: string): void {
    const actors = this.#accepted.get(name) ?? new Set();
    this.#accepted.set(name, actors.add(actor));
    const vote = this.proposed.get(name);
    if (vote === undefined) throw new Error(`${name} is accepted, but nobody proposed it`);
    if (actors.size < majority(this.#actors) || this.chosen.has(name)) return;
    if (/[2-7]/.test(vote.state.total.toString(8))) throw new Error(`${name} counts a batch twice`);
    this.chosen.set(name, vote);
    for (const proposed of this.proposed.values()) expectCarriedOn(vote, proposed);
  }
}

/** P2b (Paxos Made Simple): if a vote is chosen, every higher vote that is proposed carries its state on. */
function expectCarriedOn(chosen: Vote<CounterState>, proposed: Vote<CounterState>): void {
  if (compareVotes(proposed, chosen) <= 0 || isWithin(chosen.state.total, proposed.state.total)) return;
  throw new Error(`${idWords(proposed)} does not carry on ${idWords(chosen)}, which is chosen`);
}

function isWithin(part: bigint, whole: bigint): boolean {
  return (part & whole) === part;
}

function isSame(a: CounterState, b: CounterState): boolean {
  if (a.total !== b.total || a.origins.size !== b.origins.size) return false;
  return [...a.origins].every(([origin, { number }]) => {
    const other = b.origins.get(origin);
    return other !== undefined && compareNumbers(other.number, number) === 0;
  });
}
