/** What travels between two actors, as a frame's payload: an array of messages, each `[code, ...fields]`. */
import { Packr } from 'msgpackr';
import {
  decodeFields,
  decodeList,
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
import type { CounterMessage, PeerMessage } from '../runtime/ports.ts';
import { fillHeader, HEADER_BYTES } from './frame.ts';

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

/** Codes of what is not about one counter. */
const CLOCK = 0;
const CHANGES = 32;
const CHANGED = 33;

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
function decodeCounter(encoded: unknown): string {
  const name = decodeName(encoded, 'counter');
  if (name === '') throw new MalformedError('counter', 'at least 1 byte', name);
  return name;
}

function decodeName(encoded: unknown, what: string): string {
  const name = decodeText(encoded, what);
  // A UTF-16 unit takes at most three bytes, so most names need no count.
  if (name.length * 3 > MAX_NAME_BYTES && Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw new MalformedError(what, `at most ${MAX_NAME_BYTES} bytes`, name);
  }
  return name;
}

function encodeFields<T extends Type>(type: T, counter: string, message: Of<T>): Plain[] {
  const codec = codecs[type];
  return [codec.code, counter, ...codec.encode(message)];
}

function encodeMessage(message: PeerMessage): Plain[] {
  switch (message.type) {
    case 'counter':
      return encodeFields(message.message.type, message.counter, message.message);
    case 'changes':
      return [CHANGES, message.identity, message.since];
    case 'changed': {
      const changes = message.changes.map(({ counter, mark }): Plain => [counter, encodeVoteId(mark)]);
      return [CHANGED, message.identity, message.until, message.more ? 1 : 0, changes];
    }
    default:
      throw new Error(`a message of no type: ${String(message satisfies never)}`);
  }
}

const byCode = new Map(Object.values(codecs).map((codec) => [codec.code, codec]));

function decodeMessage(encoded: unknown): PeerMessage {
  const list = decodeList(encoded, 'message');
  const code = decodeNatural(list[0], 'code of a message');
  if (code === CHANGES) {
    const [, identity, since] = decodeFields(list, 3, 'question for changes');
    return {
      type: 'changes',
      identity: decodeName(identity, 'identity of a store'),
      since: decodeNatural(since, 'number of a change'),
    };
  }
  if (code === CHANGED) return decodeChanged(list);
  const codec = byCode.get(code);
  if (codec === undefined) throw new MalformedError('code of a message', 'one that is known', code);
  const [, counter, ...fields] = decodeFields(list, codec.fields + 2, `message ${code}`);
  return { type: 'counter', counter: decodeCounter(counter), message: codec.decode(fields) };
}

function decodeChanged(list: Fields): PeerMessage {
  const [, identity, until, more, changes] = decodeFields(list, 5, 'changes');
  if (more !== 0 && more !== 1) throw new MalformedError('whether there are more changes', '0 or 1', more);
  return {
    type: 'changed',
    identity: decodeName(identity, 'identity of a store'),
    until: decodeNatural(until, 'number of a change'),
    more: more === 1,
    changes: decodeList(changes, 'changes').map((change) => {
      const [counter, mark] = decodeFields(change, 2, 'change');
      return { counter: decodeCounter(counter), mark: decodeVoteId(mark) };
    }),
  };
}

/** Arrays, numbers, strings and null only. Bytes that ask for anything else decode to what no decoder above takes. */
const packr = new Packr({ useRecords: false });

/** For pack(): leave room at the start, as many bytes as are added to it. */
const RESERVE_START_SPACE = 2_048;

/** The whole frame of some messages; of actors that write a trace, their logical clock comes first. */
export function encodeFrame(messages: readonly PeerMessage[], clock?: number): Buffer {
  const encoded: Plain[] = clock === undefined ? [] : [[CLOCK, clock]];
  for (const message of messages) encoded.push(encodeMessage(message));
  return fillHeader(packr.pack(encoded, RESERVE_START_SPACE + HEADER_BYTES));
}

/** One message, to be joined with others by joinFrame. */
export function encodeOne(message: PeerMessage): Buffer {
  return packr.pack(encodeMessage(message));
}

/** The first byte of an array whose length follows in four bytes. */
const ARRAY32 = 0xdd;

/** The whole frame of messages that have been encoded one by one. */
export function joinFrame(encoded: readonly Buffer[], clock?: number): Buffer {
  const all = clock === undefined ? encoded : [packr.pack([CLOCK, clock]), ...encoded];
  const head = Buffer.alloc(HEADER_BYTES + 5, ARRAY32);
  head.writeUInt32BE(all.length, HEADER_BYTES + 1);
  return fillHeader(Buffer.concat([head, ...all]));
}

/** Any plain value as a whole frame, and back; for hellos. */
export function encodeValue(value: Plain): Buffer {
  return fillHeader(packr.pack(value, RESERVE_START_SPACE + HEADER_BYTES));
}

export function decodeValue(payload: Buffer): unknown {
  try {
    return packr.unpack(payload);
  } catch (error) {
    throw new MalformedError('frame', 'MessagePack', error instanceof Error ? error.message : error);
  }
}

/** The messages of a frame's payload, and the clock of its sender if it has one; throws a MalformedError. */
export function decodeFrame(payload: Buffer, hear: (clock: number) => void): PeerMessage[] {
  const list = decodeList(decodeValue(payload), 'frame');
  const [first] = list;
  if (!Array.isArray(first) || first[0] !== CLOCK) return list.map(decodeMessage);
  hear(decodeNatural(first[1], 'clock'));
  return list.slice(1).map(decodeMessage);
}
export const decodeMessages = (payload: Buffer): PeerMessage[] => decodeFrame(payload, () => {});
