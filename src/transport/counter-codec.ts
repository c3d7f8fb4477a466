/** What travels between two actors about one counter: a code, the counter, and what the type of message has. */
import type { ActorNames } from '../codec/actor-list.ts';
import type { Reader, Writer } from '../codec/bytes.ts';
import { MalformedError } from '../codec/malformed.ts';
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
import { type Ballot, compareVotes, type Vote } from '../paxos/ballot.ts';
import type { CounterMessage } from '../runtime/ports.ts';

type Type = CounterMessage['type'];
type Of<T extends Type> = Extract<CounterMessage, { readonly type: T }>;

interface MessageCodec<M> {
  /** Names the type on the wire: never give one to another type. */
  readonly code: number;
  encode(to: Writer, message: M, actors: ActorNames): void;
  decode(from: Reader, actors: ActorNames): M;
}

/** Complete: a type of message that is missing here does not compile. */
const codecs: { readonly [T in Type]: MessageCodec<Of<T>> } = {
  prepare: {
    code: 1,
    encode: (to, { ballot }, actors) => encodeBallot(to, ballot, actors),
    decode: (from, actors) => ({ type: 'prepare', ballot: decodeBallot(from, actors) }),
  },
  promise: {
    code: 2,
    encode(to, { ballot, vote, mark }, actors) {
      encodeBallot(to, ballot, actors);
      to.optional(vote, (one) => encodeVote(to, one, actors));
      encodeMark(to, mark, vote, actors);
    },
    decode(from, actors) {
      const ballot = decodeBallot(from, actors);
      const vote = from.optional('vote of a promise', () => decodeVote(from, actors));
      return { type: 'promise', ballot, vote, mark: decodeMark(from, vote, actors) };
    },
  },
  accept: {
    code: 3,
    encode: (to, { vote }, actors) => encodeVote(to, vote, actors),
    decode: (from, actors) => ({ type: 'accept', vote: decodeVote(from, actors) }),
  },
  accepted: {
    code: 4,
    encode: encodeVoteId,
    decode(from, actors) {
      const { ballot, slot } = decodeVoteId(from, actors);
      return { type: 'accepted', ballot, slot };
    },
  },
  nack: {
    code: 5,
    encode(to, { ballot, promised }, actors) {
      encodeBallot(to, ballot, actors);
      encodeBallot(to, promised, actors);
    },
    decode: (from, actors) => ({
      type: 'nack',
      ballot: decodeBallot(from, actors),
      promised: decodeBallot(from, actors),
    }),
  },
  chosen: {
    code: 6,
    encode: encodeVoteId,
    decode(from, actors) {
      const { ballot, slot } = decodeVoteId(from, actors);
      return { type: 'chosen', ballot, slot };
    },
  },
  fetch: {
    code: 7,
    encode: encodeVoteId,
    decode: (from, actors) => ({ type: 'fetch', ...decodeVoteId(from, actors) }),
  },
  learn: {
    code: 8,
    encode: (to, { mark }, actors) => encodeVote(to, mark, actors),
    decode: (from, actors) => ({ type: 'learn', mark: decodeVote(from, actors) }),
  },
  submit: {
    code: 9,
    encode(to, { holder, command }, actors) {
      encodeHolder(to, holder, actors);
      encodeBatch(to, command, actors);
    },
    decode: (from, actors) => ({
      type: 'submit',
      holder: decodeHolder(from, actors),
      command: decodeBatch(from, actors),
    }),
  },
  counted: {
    code: 10,
    encode(to, { slot, outcome }) {
      to.natural(slot);
      encodeCounted(to, outcome);
    },
    decode: (from) => ({
      type: 'counted',
      slot: from.natural('slot of a vote'),
      outcome: decodeCounted(from),
    }),
  },
  carry: {
    code: 11,
    encode(to, { holder, round, reader, highest }, actors) {
      encodeHolder(to, holder, actors);
      encodeRound(to, round);
      actors.encode(to, reader);
      encodeVoteId(to, highest, actors);
    },
    decode: (from, actors) => ({
      type: 'carry',
      holder: decodeHolder(from, actors),
      round: decodeRound(from),
      reader: actors.decode(from, 'reader'),
      highest: decodeVoteId(from, actors),
    }),
  },
  carried: {
    code: 12,
    encode(to, { round, vote }, actors) {
      encodeRound(to, round);
      encodeVote(to, vote, actors);
    },
    decode: (from, actors) => ({
      type: 'carried',
      round: decodeRound(from),
      vote: decodeVote(from, actors),
    }),
  },
  ask: {
    code: 13,
    encode: (to, { round }) => encodeRound(to, round),
    decode: (from) => ({ type: 'ask', round: decodeRound(from) }),
  },
  answer: {
    code: 14,
    encode(to, { round, promised, vote, mark, watermark }, actors) {
      encodeRound(to, round);
      to.optional(promised, (ballot) => encodeBallot(to, ballot, actors));
      to.optional(vote, (one) => encodeVote(to, one, actors));
      to.optional(mark, (id) => encodeVoteId(to, id, actors));
      to.optional(watermark, (number) => encodeNumber(to, number));
    },
    decode: (from, actors) => ({
      type: 'answer',
      round: decodeRound(from),
      promised: from.optional('promise of an answer', () => decodeBallot(from, actors)),
      vote: from.optional('vote of an answer', () => decodeVote(from, actors)),
      mark: from.optional('mark of an answer', () => decodeVoteId(from, actors)),
      watermark: from.optional('watermark of an answer', () => decodeNumber(from)),
    }),
  },
  push: {
    code: 15,
    encode: (to, { watermark }) => encodeNumber(to, watermark),
    decode: (from) => ({ type: 'push', watermark: decodeNumber(from) }),
  },
};

function encodeHolder(to: Writer, holder: Ballot | null, actors: ActorNames): void {
  to.optional(holder, (ballot) => encodeBallot(to, ballot, actors));
}

function decodeHolder(from: Reader, actors: ActorNames): Ballot | null {
  return from.optional('holder', () => decodeBallot(from, actors));
}

type Mark = Vote<CounterState> | null;

/** Where a mark may follow. The same: it is the vote, which travels in the same message. */
const [NO_MARK, SAME, OTHER] = [0, 1, 2];

function encodeMark(to: Writer, mark: Mark, vote: Mark, actors: ActorNames): void {
  if (mark === null) to.natural(NO_MARK);
  else if (compareVotes(mark, vote) === 0) to.natural(SAME);
  else {
    to.natural(OTHER);
    encodeVote(to, mark, actors);
  }
}

function decodeMark(from: Reader, vote: Mark, actors: ActorNames): Mark {
  const what = from.choice(3, 'mark of a promise');
  if (what === NO_MARK) return null;
  if (what === OTHER) return decodeVote(from, actors);
  if (vote === null) throw new MalformedError('mark of a promise', 'a vote, as it is the same', vote);
  return vote;
}

const byCode: MessageCodec<CounterMessage>[] = [];
for (const codec of Object.values(codecs)) byCode[codec.code] = codec;

/** What such messages are written with, after their code and their counter. */
export function codecOf<T extends Type>({ type }: Of<T>): MessageCodec<Of<T>> {
  return codecs[type];
}

/** What reads the rest of such a message. */
export function decoderOf(code: number): (from: Reader, actors: ActorNames) => CounterMessage {
  const codec = byCode[code];
  if (codec === undefined) throw new MalformedError('code of a message', 'one that is known', code);
  return codec.decode;
}
