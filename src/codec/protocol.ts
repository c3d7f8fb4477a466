/**
 * The protocol's words as plain arrays, for the store's records and the transport's frames.
 * Decoders trust nothing: what does not fit throws a MalformedError.
 */
import type { Batch, BatchNumber, Counted, CounterState } from '../counter/state.ts';
import type { Ballot, Vote, VoteId } from '../paxos/ballot.ts';
import type { RoundId } from '../paxos/message.ts';
import {
  decodeFields,
  decodeInteger,
  decodeList,
  decodeNatural,
  decodeText,
  encodeInteger,
  MalformedError,
  type Plain,
} from './plain.ts';

export function encodeBallot({ round, actor }: Ballot): Plain {
  return [round, actor];
}

export function decodeBallot(encoded: unknown): Ballot {
  const [round, actor] = decodeFields(encoded, 2, 'ballot');
  return { round: decodeNatural(round, 'round of a ballot'), actor: decodeText(actor, 'actor of a ballot') };
}

export function encodeVoteId({ ballot, slot }: VoteId): Plain {
  return [ballot.round, ballot.actor, slot];
}

export function decodeVoteId(encoded: unknown): VoteId {
  const [round, actor, slot] = decodeFields(encoded, 3, 'ballot and slot');
  return voteId(round, actor, slot);
}

export function encodeVote({ ballot, slot, state }: Vote<CounterState>): Plain {
  return [ballot.round, ballot.actor, slot, encodeState(state)];
}

export function decodeVote(encoded: unknown): Vote<CounterState> {
  const [round, actor, slot, state] = decodeFields(encoded, 4, 'vote');
  const id = voteId(round, actor, slot);
  return { ballot: id.ballot, slot: id.slot, state: decodeState(state) };
}

function voteId(round: unknown, actor: unknown, slot: unknown): VoteId {
  return {
    ballot: { round: decodeNatural(round, 'round of a vote'), actor: decodeText(actor, 'actor of a vote') },
    slot: decodeNatural(slot, 'slot of a vote'),
  };
}

/** Flat: the total, then origin, incarnation, sequence and total of each last batch counted. */
export function encodeState({ total, origins }: CounterState): Plain {
  const encoded: (number | string)[] = [encodeInteger(total)];
  for (const [origin, { number, total: after }] of origins) {
    encoded.push(origin, number.incarnation, number.sequence, encodeInteger(after));
  }
  return encoded;
}

export function decodeState(encoded: unknown): CounterState {
  const list = decodeList(encoded, 'state');
  if (list.length % 4 !== 1) throw new MalformedError('state', 'a total and four fields an origin', encoded);
  const total = decodeInteger(list[0], 'total of a state');
  const origins = new Map<string, Counted>();
  for (let at = 1; at < list.length; at += 4) {
    const origin = decodeText(list[at], 'origin of a state');
    if (origins.has(origin)) throw new MalformedError('origins of a state', 'each origin once', origin);
    origins.set(origin, counted(list[at + 1], list[at + 2], list[at + 3]));
  }
  return { total, origins };
}

export function encodeNumber({ incarnation, sequence }: BatchNumber): Plain {
  return [incarnation, sequence];
}

export function decodeNumber(encoded: unknown): BatchNumber {
  const [incarnation, sequence] = decodeFields(encoded, 2, 'number of a batch');
  return batchNumber(incarnation, sequence);
}

function batchNumber(incarnation: unknown, sequence: unknown): BatchNumber {
  return {
    incarnation: decodeNatural(incarnation, 'incarnation of a batch'),
    sequence: decodeNatural(sequence, 'sequence of a batch'),
  };
}

export function encodeCounted({ number, total }: Counted): Plain {
  return [number.incarnation, number.sequence, encodeInteger(total)];
}

export function decodeCounted(encoded: unknown): Counted {
  const [incarnation, sequence, total] = decodeFields(encoded, 3, 'batch counted');
  return counted(incarnation, sequence, total);
}

function counted(incarnation: unknown, sequence: unknown, total: unknown): Counted {
  return {
    number: batchNumber(incarnation, sequence),
    total: decodeInteger(total, 'total after a batch'),
  };
}

export function encodeBatch({ origin, number, amount }: Batch): Plain {
  return [origin, number.incarnation, number.sequence, encodeInteger(amount)];
}

export function decodeBatch(encoded: unknown): Batch {
  const [origin, incarnation, sequence, amount] = decodeFields(encoded, 4, 'batch');
  return {
    origin: decodeText(origin, 'origin of a batch'),
    number: batchNumber(incarnation, sequence),
    amount: decodeInteger(amount, 'amount of a batch'),
  };
}

export function encodeRound({ incarnation, sequence }: RoundId): Plain {
  return [incarnation, sequence];
}

export function decodeRound(encoded: unknown): RoundId {
  const [incarnation, sequence] = decodeFields(encoded, 2, 'read round');
  return {
    incarnation: decodeNatural(incarnation, 'incarnation of a read round'),
    sequence: decodeNatural(sequence, 'sequence of a read round'),
  };
}
