/**
 * What travels between two actors about one counter: `[code, counter, ...fields]`, where only what may be null, or varies in
 * length, is an array of its own.
 */
import type { ActorNames } from '../codec/actor-list.ts';
import { decodeFields, decodeText, encodeInteger, MalformedError, type Plain } from '../codec/plain.ts';
import {
  ballotAt,
  batchAt,
  countedAt,
  decodeBallot,
  decodeNumber,
  decodeVote,
  decodeVoteId,
  encodeBallot,
  encodeNumber,
  encodeState,
  encodeVote,
  encodeVoteId,
  type Fields,
  roundAt,
  slotAt,
  voteAt,
} from '../codec/protocol.ts';
import type { CounterState } from '../counter/state.ts';
import { MAX_NAME_BYTES } from '../limits.ts';
import { compareVotes, type Vote, type VoteId } from '../paxos/ballot.ts';
import type { CounterMessage } from '../runtime/ports.ts';

type Type = CounterMessage['type'];
type Of<T extends Type> = Extract<CounterMessage, { readonly type: T }>;

/** A counter by its name, or by the number that the link has for it. */
type Named = string | number;

interface MessageCodec<M> {
  /** Names the type on the wire: never give one to another type. */
  readonly code: number;
  /** Of the whole array, code and counter included. */
  readonly length: number;
  encode(code: number, counter: Named, message: M, actors: ActorNames): Plain[];
  decode(fields: Fields, actors: ActorNames): M;
}

/** Complete: a type of message that is missing here does not compile. */
const codecs: { readonly [T in Type]: MessageCodec<Of<T>> } = {
  prepare: {
    code: 1,
    length: 4,
    encode: (code, counter, { ballot }, actors) => [code, counter, ballot.round, actors.encode(ballot.actor)],
    decode: (fields, actors) => ({ type: 'prepare', ballot: ballotAt(fields, 2, actors) }),
  },
  promise: {
    code: 2,
    length: 6,
    encode: (code, counter, { ballot, vote, mark }, actors) => [
      code,
      counter,
      ballot.round,
      actors.encode(ballot.actor),
      vote === null ? null : encodeVote(vote, actors),
      encodeMark(mark, vote, actors),
    ],
    decode: (fields, actors) => {
      const vote = fields[4] === null ? null : decodeVote(fields[4], actors);
      const mark = decodeMark(fields[5], vote, actors);
      return { type: 'promise', ballot: ballotAt(fields, 2, actors), vote, mark };
    },
  },
  accept: {
    code: 3,
    length: 6,
    encode: (code, counter, { vote }, actors) => encodeWithVote(code, counter, vote, actors),
    decode: (fields, actors) => ({ type: 'accept', vote: voteAt(fields, 2, actors) }),
  },
  accepted: {
    code: 4,
    length: 5,
    encode: encodeId,
    decode: (fields, actors) => ({
      type: 'accepted',
      ballot: ballotAt(fields, 2, actors),
      slot: slotAt(fields, 4),
    }),
  },
  nack: {
    code: 5,
    length: 6,
    encode: (code, counter, { ballot, promised }, actors) => [
      code,
      counter,
      ballot.round,
      actors.encode(ballot.actor),
      promised.round,
      actors.encode(promised.actor),
    ],
    decode: (fields, actors) => ({
      type: 'nack',
      ballot: ballotAt(fields, 2, actors),
      promised: ballotAt(fields, 4, actors),
    }),
  },
  chosen: {
    code: 6,
    length: 5,
    encode: encodeId,
    decode: (fields, actors) => ({
      type: 'chosen',
      ballot: ballotAt(fields, 2, actors),
      slot: slotAt(fields, 4),
    }),
  },
  fetch: {
    code: 7,
    length: 5,
    encode: encodeId,
    decode: (fields, actors) => ({
      type: 'fetch',
      ballot: ballotAt(fields, 2, actors),
      slot: slotAt(fields, 4),
    }),
  },
  learn: {
    code: 8,
    length: 6,
    encode: (code, counter, { mark }, actors) => encodeWithVote(code, counter, mark, actors),
    decode: (fields, actors) => ({ type: 'learn', mark: voteAt(fields, 2, actors) }),
  },
  submit: {
    code: 9,
    length: 7,
    encode: (code, counter, { holder, command: { origin, number, amount } }, actors) => [
      code,
      counter,
      holder === null ? null : encodeBallot(holder, actors),
      actors.encode(origin),
      number.incarnation,
      number.sequence,
      encodeInteger(amount),
    ],
    decode: (fields, actors) => ({
      type: 'submit',
      holder: fields[2] === null ? null : decodeBallot(fields[2], actors),
      command: batchAt(fields, 3, actors),
    }),
  },
  counted: {
    code: 10,
    length: 6,
    encode: (code, counter, { slot, outcome: { number, total } }) => [
      code,
      counter,
      slot,
      number.incarnation,
      number.sequence,
      encodeInteger(total),
    ],
    decode: (fields) => ({ type: 'counted', slot: slotAt(fields, 2), outcome: countedAt(fields, 3) }),
  },
  carry: {
    code: 11,
    length: 9,
    encode: (code, counter, { holder, round, reader, highest: { ballot, slot } }, actors) => [
      code,
      counter,
      holder === null ? null : encodeBallot(holder, actors),
      round.incarnation,
      round.sequence,
      actors.encode(reader),
      ballot.round,
      actors.encode(ballot.actor),
      slot,
    ],
    decode: (fields, actors) => ({
      type: 'carry',
      holder: fields[2] === null ? null : decodeBallot(fields[2], actors),
      round: roundAt(fields, 3),
      reader: decodeName(actors.decode(fields[5], 'reader'), 'reader'),
      highest: { ballot: ballotAt(fields, 6, actors), slot: slotAt(fields, 8) },
    }),
  },
  carried: {
    code: 12,
    length: 8,
    encode: (code, counter, { round, vote: { ballot, slot, state } }, actors) => [
      code,
      counter,
      round.incarnation,
      round.sequence,
      ballot.round,
      actors.encode(ballot.actor),
      slot,
      encodeState(state, actors),
    ],
    decode: (fields, actors) => ({
      type: 'carried',
      round: roundAt(fields, 2),
      vote: voteAt(fields, 4, actors),
    }),
  },
  ask: {
    code: 13,
    length: 4,
    encode: (code, counter, { round }) => [code, counter, round.incarnation, round.sequence],
    decode: (fields) => ({ type: 'ask', round: roundAt(fields, 2) }),
  },
  answer: {
    code: 14,
    length: 8,
    encode: (code, counter, { round, promised, vote, mark, watermark }, actors) => [
      code,
      counter,
      round.incarnation,
      round.sequence,
      promised === null ? null : encodeBallot(promised, actors),
      vote === null ? null : encodeVote(vote, actors),
      mark === null ? null : encodeVoteId(mark, actors),
      watermark === null ? null : encodeNumber(watermark),
    ],
    decode: (fields, actors) => ({
      type: 'answer',
      round: roundAt(fields, 2),
      promised: fields[4] === null ? null : decodeBallot(fields[4], actors),
      vote: fields[5] === null ? null : decodeVote(fields[5], actors),
      mark: fields[6] === null ? null : decodeVoteId(fields[6], actors),
      watermark: fields[7] === null ? null : decodeNumber(fields[7]),
    }),
  },
  push: {
    code: 15,
    length: 3,
    encode: (code, counter, { watermark }) => [code, counter, encodeNumber(watermark)],
    decode: (fields) => ({ type: 'push', watermark: decodeNumber(fields[2]) }),
  },
};

function encodeId(code: number, counter: Named, { ballot, slot }: VoteId, actors: ActorNames): Plain[] {
  return [code, counter, ballot.round, actors.encode(ballot.actor), slot];
}

function encodeWithVote(
  code: number,
  counter: Named,
  { ballot, slot, state }: Vote<CounterState>,
  actors: ActorNames,
): Plain[] {
  return [code, counter, ballot.round, actors.encode(ballot.actor), slot, encodeState(state, actors)];
}

/** In place of a mark: it is the vote, which travels in the same message. */
const SAME = 0;

type Mark = Vote<CounterState> | null;

function encodeMark(mark: Mark, vote: Mark, actors: ActorNames): Plain {
  if (mark === null) return null;
  return compareVotes(mark, vote) === 0 ? SAME : encodeVote(mark, actors);
}

function decodeMark(encoded: unknown, vote: Mark, actors: ActorNames): Mark {
  if (encoded === null) return null;
  if (encoded !== SAME) return decodeVote(encoded, actors);
  if (vote === null) throw new MalformedError('mark of a promise', 'a vote, as it is the same', vote);
  return vote;
}

/** The store has no place for a counter without a name. */
export function decodeCounter(encoded: unknown): string {
  const name = decodeName(encoded, 'counter');
  if (name === '') throw new MalformedError('counter', 'at least 1 byte', name);
  return name;
}

export function decodeName(encoded: unknown, what: string): string {
  const name = decodeText(encoded, what);
  // A UTF-16 unit takes at most three bytes, so most names need no count.
  if (name.length * 3 > MAX_NAME_BYTES && Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw new MalformedError(what, `at most ${MAX_NAME_BYTES} bytes`, name);
  }
  return name;
}

const byCode = new Map(Object.values(codecs).map((codec) => [codec.code, codec]));

export function encodeCounterMessage<T extends Type>(
  type: T,
  counter: Named,
  message: Of<T>,
  actors: ActorNames,
): Plain[] {
  const codec = codecs[type];
  return codec.encode(codec.code, counter, message, actors);
}

export function decodeCounterMessage(code: number, fields: Fields, actors: ActorNames): CounterMessage {
  const codec = byCode.get(code);
  if (codec === undefined) throw new MalformedError('code of a message', 'one that is known', code);
  return codec.decode(decodeFields(fields, codec.length, 'message'), actors);
}
