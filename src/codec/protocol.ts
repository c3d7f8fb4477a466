/** The protocol's words as bytes, for the store's records and the transport's frames. Decoders throw a MalformedError. */
import { type Batch, type BatchNumber, type Counted, type CounterState, Origins } from '../counter/state.ts';
import { MAX_ACTORS } from '../limits.ts';
import type { Actor, Ballot, Vote, VoteId } from '../paxos/ballot.ts';
import type { RoundId } from '../paxos/message.ts';
import type { ActorNames } from './actor-list.ts';
import type { Reader, Writer } from './bytes.ts';
import { MalformedError } from './malformed.ts';

export function encodeBallot(to: Writer, { round, actor }: Ballot, actors: ActorNames): void {
  to.natural(round);
  actors.encode(to, actor);
}

export function decodeBallot(from: Reader, actors: ActorNames): Ballot {
  return { round: from.natural('round of a ballot'), actor: actors.decode(from, 'actor of a ballot') };
}

export function encodeVoteId(to: Writer, { ballot, slot }: VoteId, actors: ActorNames): void {
  encodeBallot(to, ballot, actors);
  to.natural(slot);
}

export function decodeVoteId(from: Reader, actors: ActorNames): VoteId {
  return { ballot: decodeBallot(from, actors), slot: from.natural('slot of a vote') };
}

export function encodeVote(to: Writer, vote: Vote<CounterState>, actors: ActorNames): void {
  encodeVoteId(to, vote, actors);
  encodeState(to, vote.state, actors);
}

export function decodeVote(from: Reader, actors: ActorNames): Vote<CounterState> {
  return {
    ballot: decodeBallot(from, actors),
    slot: from.natural('slot of a vote'),
    state: decodeState(from, actors),
  };
}

/** The total, how many origins, and of each the last batch counted. */
export function encodeState(to: Writer, { total, origins }: CounterState, actors: ActorNames): void {
  to.integer(total);
  to.natural(origins.size);
  // Iterating would make an array of each.
  origins.forEach((counted, origin) => {
    actors.encode(to, origin);
    encodeCounted(to, counted);
  });
}

export function decodeState(from: Reader, actors: ActorNames): CounterState {
  const total = from.integer('total of a state');
  const length = from.length('origins of a state');
  if (length > MAX_ACTORS) throw new MalformedError('origins of a state', `at most ${MAX_ACTORS}`, length);
  const origins = new Array<Actor>(length);
  const counted = new Array<Counted>(length);
  for (let at = 0; at < length; at += 1) {
    const origin = actors.decode(from, 'origin of a state');
    if (origins.includes(origin)) throw new MalformedError('origins of a state', 'each origin once', origin);
    origins[at] = origin;
    counted[at] = decodeCounted(from);
  }
  return { total, origins: new Origins(origins, counted) };
}

export function encodeNumber(to: Writer, { incarnation, sequence }: BatchNumber): void {
  to.natural(incarnation);
  to.natural(sequence);
}

export function decodeNumber(from: Reader): BatchNumber {
  return {
    incarnation: from.natural('incarnation of a batch'),
    sequence: from.natural('sequence of a batch'),
  };
}

export function encodeCounted(to: Writer, { number, total }: Counted): void {
  encodeNumber(to, number);
  to.integer(total);
}

export function decodeCounted(from: Reader): Counted {
  return { number: decodeNumber(from), total: from.integer('total after a batch') };
}

export function encodeBatch(to: Writer, { origin, number, amount }: Batch, actors: ActorNames): void {
  actors.encode(to, origin);
  encodeNumber(to, number);
  to.integer(amount);
}

export function decodeBatch(from: Reader, actors: ActorNames): Batch {
  return {
    origin: actors.decode(from, 'origin of a batch'),
    number: decodeNumber(from),
    amount: from.integer('amount of a batch'),
  };
}

export function encodeRound(to: Writer, { incarnation, sequence }: RoundId): void {
  to.natural(incarnation);
  to.natural(sequence);
}

export function decodeRound(from: Reader): RoundId {
  return {
    incarnation: from.natural('incarnation of a read round'),
    sequence: from.natural('sequence of a read round'),
  };
}
