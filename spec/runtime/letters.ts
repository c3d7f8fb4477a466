/** Messages that a driver may get, about counters. */
import { apply, type CounterState, zero } from '../../src/counter/state.ts';
import type { Actor, Vote } from '../../src/paxos/ballot.ts';
import type { CounterMessage, PeerMessage } from '../../src/runtime/ports.ts';
import { ballot } from '../paxos/notes.ts';

export function about(counter: string, message: CounterMessage): PeerMessage {
  return { type: 'counter', counter, message };
}

/** `2.b/3` with the one batch of b that makes the total. */
export function voteOf(id: string, total: number, origin: Actor = 'b'): Vote<CounterState> {
  const [name = '', slot] = id.split('/');
  const number = { incarnation: 1, sequence: Number(slot) };
  return {
    ballot: ballot(name),
    slot: Number(slot),
    state: apply(zero, { origin, number, amount: BigInt(total) }),
  };
}

export function prepare(counter: string, name: string): PeerMessage {
  return about(counter, { type: 'prepare', ballot: ballot(name) });
}

export function promise(counter: string, name: string): PeerMessage {
  return about(counter, { type: 'promise', ballot: ballot(name), vote: null, mark: null });
}

export function accept(counter: string, id: string, total: number): PeerMessage {
  return about(counter, { type: 'accept', vote: voteOf(id, total) });
}

export function accepted(counter: string, id: string): PeerMessage {
  const { ballot, slot } = voteOf(id, 0);
  return about(counter, { type: 'accepted', ballot, slot });
}

export function ask(counter: string, sequence: number): PeerMessage {
  return about(counter, { type: 'ask', round: { incarnation: 1, sequence } });
}

/** An answer of who has voted for `id`, which it does not know to be chosen. */
export function answer(
  counter: string,
  sequence: number,
  incarnation: number,
  id: string,
  total: number,
): PeerMessage {
  const vote = voteOf(id, total);
  const round = { incarnation, sequence };
  const rest = { promised: vote.ballot, vote, mark: null, watermark: null };
  return about(counter, { type: 'answer', round, ...rest });
}

export function chosen(counter: string, id: string): PeerMessage {
  const { ballot, slot } = voteOf(id, 0);
  return about(counter, { type: 'chosen', ballot, slot });
}

export function learn(counter: string, id: string, total: number): PeerMessage {
  return about(counter, { type: 'learn', mark: voteOf(id, total) });
}
