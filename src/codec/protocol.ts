/**
 * The protocol's words as plain arrays, for the store's records and the transport's frames.
 * Decoders trust nothing: what does not fit throws a MalformedError. `…At` reads a word whose fields stand among others
 * from there on: an array of its own would cost more than what is in it.
 */
import type { Batch, BatchNumber, Counted, CounterState } from '../counter/state.ts';
import type { Ballot, Vote, VoteId } from '../paxos/ballot.ts';
import type { RoundId } from '../paxos/message.ts';
import { type ActorNames, byName } from './actor-list.ts';
import {
  decodeFields,
  decodeInteger,
  decodeList,
  decodeNatural,
  encodeInteger,
  MalformedError,
  type Plain,
} from './plain.ts';

export type Fields = readonly unknown[];

export function encodeBallot({ round, actor }: Ballot, actors = byName): Plain {
  return [round, actors.encode(actor)];
}

export function decodeBallot(encoded: unknown, actors = byName): Ballot {
  return ballotAt(decodeFields(encoded, 2, 'ballot'), 0, actors);
}

export function ballotAt(fields: Fields, at: number, actors: ActorNames): Ballot {
  return {
    round: decodeNatural(fields[at], 'round of a ballot'),
    actor: actors.decode(fields[at + 1], 'actor of a ballot'),
  };
}

export function encodeVoteId({ ballot, slot }: VoteId, actors = byName): Plain {
  return [ballot.round, actors.encode(ballot.actor), slot];
}

export function decodeVoteId(encoded: unknown, actors = byName): VoteId {
  const fields = decodeFields(encoded, 3, 'ballot and slot');
  return { ballot: ballotAt(fields, 0, actors), slot: slotAt(fields, 2) };
}

export function slotAt(fields: Fields, at: number): number {
  return decodeNatural(fields[at], 'slot of a vote');
}

export function encodeVote({ ballot, slot, state }: Vote<CounterState>, actors = byName): Plain {
  return [ballot.round, actors.encode(ballot.actor), slot, encodeState(state, actors)];
}

export function decodeVote(encoded: unknown, actors = byName): Vote<CounterState> {
  return voteAt(decodeFields(encoded, 4, 'vote'), 0, actors);
}

export function voteAt(fields: Fields, at: number, actors: ActorNames): Vote<CounterState> {
  return {
    ballot: ballotAt(fields, at, actors),
    slot: slotAt(fields, at + 2),
    state: decodeState(fields[at + 3], actors),
  };
}

/** Flat: the total, then origin, incarnation, sequence and total of each last batch counted. */
export function encodeState({ total, origins }: CounterState, actors = byName): Plain {
  const encoded = new Array<Plain>(1 + 4 * origins.size);
  encoded[0] = encodeInteger(total);
  let at = 1;
  for (const [origin, { number, total: after }] of origins) {
    encoded[at] = actors.encode(origin);
    encoded[at + 1] = number.incarnation;
    encoded[at + 2] = number.sequence;
    encoded[at + 3] = encodeInteger(after);
    at += 4;
  }
  return encoded;
}

export function decodeState(encoded: unknown, actors = byName): CounterState {
  const fields = decodeList(encoded, 'state');
  if (fields.length % 4 !== 1)
    throw new MalformedError('state', 'a total and four fields an origin', encoded);
  const total = decodeInteger(fields[0], 'total of a state');
  const origins = new Map<string, Counted>();
  for (let at = 1; at < fields.length; at += 4) {
    const origin = actors.decode(fields[at], 'origin of a state');
    if (origins.has(origin)) throw new MalformedError('origins of a state', 'each origin once', origin);
    origins.set(origin, countedAt(fields, at + 1));
  }
  return { total, origins };
}

export function encodeNumber({ incarnation, sequence }: BatchNumber): Plain {
  return [incarnation, sequence];
}

export function decodeNumber(encoded: unknown): BatchNumber {
  return numberAt(decodeFields(encoded, 2, 'number of a batch'), 0);
}

function numberAt(fields: Fields, at: number): BatchNumber {
  return {
    incarnation: decodeNatural(fields[at], 'incarnation of a batch'),
    sequence: decodeNatural(fields[at + 1], 'sequence of a batch'),
  };
}

export function countedAt(fields: Fields, at: number): Counted {
  return { number: numberAt(fields, at), total: decodeInteger(fields[at + 2], 'total after a batch') };
}

export function batchAt(fields: Fields, at: number, actors: ActorNames): Batch {
  return {
    origin: actors.decode(fields[at], 'origin of a batch'),
    number: numberAt(fields, at + 1),
    amount: decodeInteger(fields[at + 3], 'amount of a batch'),
  };
}

export function roundAt(fields: Fields, at: number): RoundId {
  return {
    incarnation: decodeNatural(fields[at], 'incarnation of a read round'),
    sequence: decodeNatural(fields[at + 1], 'sequence of a read round'),
  };
}
