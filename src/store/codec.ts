/** What the store keeps, in MessagePack; as a record of LMDB with a CRC-32 of key and content before it. The journal has its own. */
import { crc32 } from 'node:zlib';
import { Packr } from 'msgpackr';
import type { ActorNames } from '../codec/actor-list.ts';
import {
  decodeFields,
  decodeInteger,
  decodeList,
  decodeNatural,
  decodeNullable,
  decodeText,
  encodeInteger,
  encodeNullable,
  type Plain,
} from '../codec/plain.ts';
import {
  decodeBallot,
  decodeNumber,
  decodeVote,
  encodeBallot,
  encodeNumber,
  encodeVote,
} from '../codec/protocol.ts';
import { compareBallots, compareVotes } from '../paxos/ballot.ts';
import type { Backlog, Membership, RecordedBatch, Store, StoredCounter } from '../runtime/ports.ts';
import { CorruptStoreError } from './errors.ts';

const CHECKSUM_BYTES = 4;

const messagePack = new Packr({ useRecords: false });

/** A copy: what msgpackr returns keeps all alive that it has packed around it, and contents stay until LMDB has them. */
export function encodeContent(content: Plain): Buffer {
  return Buffer.from(messagePack.pack(content));
}

export function encodeRecord(key: string, content: Buffer): Buffer {
  const record = Buffer.allocUnsafe(CHECKSUM_BYTES + content.length);
  record.writeUInt32LE(checksum(key, content), 0);
  record.set(content, CHECKSUM_BYTES);
  return record;
}

export function decodeRecord<T>(
  file: string,
  key: string,
  record: Buffer,
  decode: (content: unknown) => T,
): T {
  if (record.length <= CHECKSUM_BYTES) throw new CorruptStoreError(file, key, 'it is too short');
  const content = record.subarray(CHECKSUM_BYTES);
  if (record.readUInt32LE(0) !== checksum(key, content)) {
    throw new CorruptStoreError(file, key, 'its checksum does not match');
  }
  return decodeContent(file, key, content, decode);
}

/** Of what was in memory ever since it was made, or the journal read and its checksum held: nothing can have damaged it meanwhile. */
export function decodeContent<T>(
  file: string,
  key: string,
  content: Buffer,
  decode: (content: unknown) => T,
): T {
  try {
    return decode(messagePack.unpack(content));
  } catch (cause) {
    throw new CorruptStoreError(file, key, 'its checksum matches, its content does not make sense', {
      cause,
    });
  }
}

/** Covers the key as well: a record found under another key is as wrong as a flipped bit. */
function checksum(key: string, content: Uint8Array): number {
  return crc32(content, crc32(key));
}

export interface RecordFormat<V> {
  encode(value: V): Plain;
  decode(content: unknown): V;
}

export type CounterRecord = Pick<StoredCounter, 'register' | 'change'>;
export type ActorRecord = Pick<Store, 'identity' | 'incarnation' | 'membership'>;

/** In place of a mark that is the vote itself, and of a promise that is its ballot. */
const SAME_AS_VOTE = 0;

export const counterRecords = (actors: ActorNames): RecordFormat<CounterRecord> => ({
  encode({ register: { promise, vote, mark }, change }) {
    const isVote = mark !== null && compareVotes(mark, vote) === 0;
    const isOfVote = vote !== null && compareBallots(promise, vote.ballot) === 0;
    return [
      isOfVote ? SAME_AS_VOTE : encodeNullable(promise, (ballot) => encodeBallot(ballot, actors)),
      encodeNullable(vote, (one) => encodeVote(one, actors)),
      isVote ? SAME_AS_VOTE : encodeNullable(mark, (one) => encodeVote(one, actors)),
      change,
    ];
  },
  decode(content) {
    const [promise, encodedVote, mark, change] = decodeFields(content, 4, 'counter');
    const voteOf = (one: unknown) => decodeVote(one, actors);
    const vote = decodeNullable(encodedVote, voteOf);
    return {
      register: {
        promise:
          promise === SAME_AS_VOTE && vote !== null
            ? vote.ballot
            : decodeNullable(promise, (ballot) => decodeBallot(ballot, actors)),
        vote,
        mark: mark === SAME_AS_VOTE ? vote : decodeNullable(mark, voteOf),
      },
      change: decodeNatural(change, 'change of a mark'),
    };
  },
});

/** Of a place: which actor has it. */
export const placeRecords: RecordFormat<string> = {
  encode: (actor) => actor,
  decode: (content) => decodeText(content, 'actor of a place'),
};

/** Which generation of the journal. */
export const progressRecords: RecordFormat<number> = {
  encode: (generation) => generation,
  decode: (content) => decodeNatural(content, 'generation of the journal'),
};

/** Of a change: which counter's mark it was. */
export const changeRecords: RecordFormat<string> = {
  encode: (counter) => counter,
  decode: (content) => decodeText(content, 'counter of a change'),
};

export const backlogRecords: RecordFormat<Backlog> = {
  encode: ({ sealed, open }) => [
    encodeNullable(sealed, encodeRecordedBatch),
    encodeNullable(open, encodeRecordedBatch),
  ],
  decode(content) {
    const [sealed, open] = decodeFields(content, 2, 'backlog');
    return {
      sealed: decodeNullable(sealed, decodeRecordedBatch),
      open: decodeNullable(open, decodeRecordedBatch),
    };
  },
};

export const actorRecords: RecordFormat<ActorRecord> = {
  encode: ({ identity, incarnation, membership }) => [
    identity,
    incarnation,
    encodeNullable(membership, encodeMembership),
  ],
  decode(content) {
    const [identity, incarnation, membership] = decodeFields(content, 3, 'actor');
    return {
      identity: decodeText(identity, 'identity of a store'),
      incarnation: decodeNatural(incarnation, 'incarnation of an actor'),
      membership: decodeNullable(membership, decodeMembership),
    };
  },
};

function encodeRecordedBatch({ number, amount }: RecordedBatch): Plain {
  return [encodeNumber(number), encodeInteger(amount)];
}

function decodeRecordedBatch(content: unknown): RecordedBatch {
  const [number, amount] = decodeFields(content, 2, 'recorded batch');
  return { number: decodeNumber(number), amount: decodeInteger(amount, 'amount of a recorded batch') };
}

function encodeMembership({ actors, self, peers }: Membership): Plain {
  const memories = Object.entries(peers);
  return [actors, self, memories.map(([actor, { identity, since }]) => [actor, identity, since])];
}

function decodeMembership(content: unknown): Membership {
  const [actors, self, peers] = decodeFields(content, 3, 'membership');
  return {
    actors: decodeList(actors, 'actors').map((actor) => decodeText(actor, 'actor')),
    self: decodeText(self, 'this actor'),
    peers: Object.fromEntries(decodeList(peers, 'peers').map(decodePeer)),
  };
}

function decodePeer(content: unknown): [string, { identity: string; since: number }] {
  const [actor, identity, since] = decodeFields(content, 3, 'peer');
  return [
    decodeText(actor, 'actor of a peer'),
    {
      identity: decodeText(identity, 'identity of a peer'),
      since: decodeNatural(since, 'changes known of a peer'),
    },
  ];
}
