/** What travels between two actors about one counter: `[code, counter, ...fields]`. */
import {
  decodeFields,
  decodeNatural,
  decodeNullable,
  decodeText,
  encodeNullable,
  MalformedError,
  type Plain,
} from '../codec/plain.ts';
import {
  decodeBallot,
  decodeBatch,
  decodeCounted,
  decodeNumber,
  decodeRound,
  decodeVote,
  decodeVoteId,
  encodeBallot,
  encodeBatch,
  encodeCounted,
  encodeNumber,
  encodeRound,
  encodeVote,
  encodeVoteId,
} from '../codec/protocol.ts';
import type { CounterState } from '../counter/state.ts';
import { MAX_NAME_BYTES } from '../limits.ts';
import { compareVotes, type Vote } from '../paxos/ballot.ts';
import type { CounterMessage } from '../runtime/ports.ts';

type Fields = readonly unknown[];
type Type = CounterMessage['type'];
type Of<T extends Type> = Extract<CounterMessage, { readonly type: T }>;

interface MessageCodec<M> {
  /** Names the type on the wire: never give one to another type. */
  readonly code: number;
  readonly fields: number;
  encode(message: M): Plain[];
  decode(fields: Fields): M;
}

/** Complete: a type of message that is missing here does not compile. */
const codecs: { readonly [T in Type]: MessageCodec<Of<T>> } = {
  prepare: {
    code: 1,
    fields: 1,
    encode: ({ ballot }) => [encodeBallot(ballot)],
    decode: ([ballot]) => ({ type: 'prepare', ballot: decodeBallot(ballot) }),
  },
  promise: {
    code: 2,
    fields: 3,
    encode: ({ ballot, vote, mark }) => [
      encodeBallot(ballot),
      encodeNullable(vote, encodeVote),
      encodeMark(mark, vote),
    ],
    decode: ([ballot, encodedVote, mark]) => {
      const vote = decodeNullable(encodedVote, decodeVote);
      return { type: 'promise', ballot: decodeBallot(ballot), vote, mark: decodeMark(mark, vote) };
    },
  },
  accept: {
    code: 3,
    fields: 1,
    encode: ({ vote }) => [encodeVote(vote)],
    decode: ([vote]) => ({ type: 'accept', vote: decodeVote(vote) }),
  },
  accepted: {
    code: 4,
    fields: 1,
    encode: (message) => [encodeVoteId(message)],
    decode: ([id]) => ({ type: 'accepted', ...decodeVoteId(id) }),
  },
  nack: {
    code: 5,
    fields: 2,
    encode: ({ ballot, promised }) => [encodeBallot(ballot), encodeBallot(promised)],
    decode: ([ballot, promised]) => ({
      type: 'nack',
      ballot: decodeBallot(ballot),
      promised: decodeBallot(promised),
    }),
  },
  chosen: {
    code: 6,
    fields: 1,
    encode: (message) => [encodeVoteId(message)],
    decode: ([id]) => ({ type: 'chosen', ...decodeVoteId(id) }),
  },
  fetch: {
    code: 7,
    fields: 1,
    encode: (message) => [encodeVoteId(message)],
    decode: ([id]) => ({ type: 'fetch', ...decodeVoteId(id) }),
  },
  learn: {
    code: 8,
    fields: 1,
    encode: ({ mark }) => [encodeVote(mark)],
    decode: ([mark]) => ({ type: 'learn', mark: decodeVote(mark) }),
  },
  submit: {
    code: 9,
    fields: 2,
    encode: ({ holder, command }) => [encodeNullable(holder, encodeBallot), encodeBatch(command)],
    decode: ([holder, command]) => ({
      type: 'submit',
      holder: decodeNullable(holder, decodeBallot),
      command: decodeBatch(command),
    }),
  },
  counted: {
    code: 10,
    fields: 2,
    encode: ({ slot, outcome }) => [slot, encodeCounted(outcome)],
    decode: ([slot, outcome]) => ({
      type: 'counted',
      slot: decodeNatural(slot, 'slot'),
      outcome: decodeCounted(outcome),
    }),
  },
  carry: {
    code: 11,
    fields: 3,
    encode: ({ holder, round, reader }) => [encodeNullable(holder, encodeBallot), encodeRound(round), reader],
    decode: ([holder, round, reader]) => ({
      type: 'carry',
      holder: decodeNullable(holder, decodeBallot),
      round: decodeRound(round),
      reader: decodeName(reader, 'reader'),
    }),
  },
  carried: {
    code: 12,
    fields: 2,
    encode: ({ round, vote }) => [encodeRound(round), encodeVote(vote)],
    decode: ([round, vote]) => ({ type: 'carried', round: decodeRound(round), vote: decodeVote(vote) }),
  },
  ask: {
    code: 13,
    fields: 1,
    encode: ({ round }) => [encodeRound(round)],
    decode: ([round]) => ({ type: 'ask', round: decodeRound(round) }),
  },
  answer: {
    code: 14,
    fields: 5,
    encode: ({ round, promised, vote, mark, watermark }) => [
      encodeRound(round),
      encodeNullable(promised, encodeBallot),
      encodeNullable(vote, encodeVote),
      encodeNullable(mark, encodeVoteId),
      encodeNullable(watermark, encodeNumber),
    ],
    decode: ([round, promised, vote, mark, watermark]) => ({
      type: 'answer',
      round: decodeRound(round),
      promised: decodeNullable(promised, decodeBallot),
      vote: decodeNullable(vote, decodeVote),
      mark: decodeNullable(mark, decodeVoteId),
      watermark: decodeNullable(watermark, decodeNumber),
    }),
  },
  push: {
    code: 15,
    fields: 1,
    encode: ({ watermark }) => [encodeNumber(watermark)],
    decode: ([watermark]) => ({ type: 'push', watermark: decodeNumber(watermark) }),
  },
};

/** In place of a mark: it is the vote, which travels in the same message. */
const SAME = 0;

type Mark = Vote<CounterState> | null;

function encodeMark(mark: Mark, vote: Mark): Plain {
  if (mark === null) return null;
  return compareVotes(mark, vote) === 0 ? SAME : encodeVote(mark);
}

function decodeMark(encoded: unknown, vote: Mark): Mark {
  if (encoded !== SAME) return decodeNullable(encoded, decodeVote);
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

export function encodeCounterMessage<T extends Type>(type: T, counter: string, message: Of<T>): Plain[] {
  const codec = codecs[type];
  return [codec.code, counter, ...codec.encode(message)];
}

export function decodeCounterMessage(code: number, list: Fields): [counter: string, message: CounterMessage] {
  const codec = byCode.get(code);
  if (codec === undefined) throw new MalformedError('code of a message', 'one that is known', code);
  const [, counter, ...fields] = decodeFields(list, codec.fields + 2, `message ${code}`);
  return [decodeCounter(counter), codec.decode(fields)];
}
