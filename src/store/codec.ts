/** What the store keeps, as bytes; as a record of LMDB with a CRC-32 of key and content before it. The journal has its own. */
import { crc32 } from 'node:zlib';
import type { ActorNames } from '../codec/actor-list.ts';
import { Reader, Writer } from '../codec/bytes.ts';
import { MalformedError } from '../codec/malformed.ts';
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

const writer = new Writer();

/** A copy: contents stay until LMDB has them. */
export function encodeContent<V>({ encode }: RecordFormat<V>, value: V): Buffer {
  const to = writer.begin();
  encode(to, value);
  return to.copied();
}

export function encodeRecord(key: string, content: Buffer): Buffer {
  const record = Buffer.allocUnsafe(CHECKSUM_BYTES + content.length);
  record.writeUInt32LE(checksum(key, content), 0);
  record.set(content, CHECKSUM_BYTES);
  return record;
}

export function decodeRecord<T>(file: string, key: string, record: Buffer, decode: (from: Reader) => T): T {
  if (record.length <= CHECKSUM_BYTES) throw new CorruptStoreError(file, key, 'it is too short');
  const content = record.subarray(CHECKSUM_BYTES);
  if (record.readUInt32LE(0) !== checksum(key, content)) {
    throw new CorruptStoreError(file, key, 'its checksum does not match');
  }
  return decodeContent(file, key, content, decode);
}

/** Of what was in memory ever since it was made, or the journal read and its checksum held: nothing can have damaged it meanwhile. */
export function decodeContent<T>(file: string, key: string, content: Buffer, decode: (from: Reader) => T): T {
  try {
    const from = new Reader(content);
    const value = decode(from);
    if (!from.isAtEnd) throw new MalformedError('record', 'its end', 'more bytes');
    return value;
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
  encode(to: Writer, value: V): void;
  decode(from: Reader): V;
}

export type CounterRecord = Pick<StoredCounter, 'register' | 'change'>;
export type ActorRecord = Pick<Store, 'identity' | 'incarnation' | 'membership'>;

/** Where a promise or a mark may follow. The same: it is the vote's ballot, or the vote itself. */
const [NONE, SAME_AS_VOTE, OTHER] = [0, 1, 2];

export const counterRecords = (actors: ActorNames): RecordFormat<CounterRecord> => ({
  encode(to, { register: { promise, vote, mark }, change }) {
    to.optional(vote, (one) => encodeVote(to, one, actors));
    if (promise === null) to.natural(NONE);
    else if (vote !== null && compareBallots(promise, vote.ballot) === 0) to.natural(SAME_AS_VOTE);
    else {
      to.natural(OTHER);
      encodeBallot(to, promise, actors);
    }
    if (mark === null) to.natural(NONE);
    else if (compareVotes(mark, vote) === 0) to.natural(SAME_AS_VOTE);
    else {
      to.natural(OTHER);
      encodeVote(to, mark, actors);
    }
    to.natural(change);
  },
  decode(from) {
    const vote = from.optional('vote', () => decodeVote(from, actors));
    const promise = decodeOrSame(from, 'promise', vote?.ballot, () => decodeBallot(from, actors));
    const mark = decodeOrSame(from, 'mark', vote, () => decodeVote(from, actors));
    return { register: { promise, vote, mark }, change: from.natural('change of a mark') };
  },
});

function decodeOrSame<T>(from: Reader, what: string, same: T | null | undefined, decode: () => T): T | null {
  switch (from.choice(3, what)) {
    case NONE:
      return null;
    case OTHER:
      return decode();
    default:
      if (same === null || same === undefined)
        throw new MalformedError(what, 'a vote, as it is the same', null);
      return same;
  }
}

/** Of a place: which actor has it. */
export const placeRecords: RecordFormat<string> = {
  encode: (to, actor) => to.text(actor),
  decode: (from) => from.text('actor of a place'),
};

/** Which generation of the journal. */
export const progressRecords: RecordFormat<number> = {
  encode: (to, generation) => to.natural(generation),
  decode: (from) => from.natural('generation of the journal'),
};

/** Of a change: which counter's mark it was. */
export const changeRecords: RecordFormat<string> = {
  encode: (to, counter) => to.text(counter),
  decode: (from) => from.text('counter of a change'),
};

export const backlogRecords: RecordFormat<Backlog> = {
  encode(to, { sealed, open }) {
    to.optional(sealed, (batch) => encodeRecordedBatch(to, batch));
    to.optional(open, (batch) => encodeRecordedBatch(to, batch));
  },
  decode: (from) => ({
    sealed: from.optional('sealed batch', () => decodeRecordedBatch(from)),
    open: from.optional('open batch', () => decodeRecordedBatch(from)),
  }),
};

export const actorRecords: RecordFormat<ActorRecord> = {
  encode(to, { identity, incarnation, membership }) {
    to.text(identity);
    to.natural(incarnation);
    to.optional(membership, (one) => encodeMembership(to, one));
  },
  decode: (from) => ({
    identity: from.text('identity of a store'),
    incarnation: from.natural('incarnation of an actor'),
    membership: from.optional('membership', () => decodeMembership(from)),
  }),
};

function encodeRecordedBatch(to: Writer, { number, amount }: RecordedBatch): void {
  encodeNumber(to, number);
  to.integer(amount);
}

function decodeRecordedBatch(from: Reader): RecordedBatch {
  return { number: decodeNumber(from), amount: from.integer('amount of a recorded batch') };
}

function encodeMembership(to: Writer, { actors, self, peers }: Membership): void {
  to.list(actors, (actor) => to.text(actor));
  to.text(self);
  to.list(Object.entries(peers), ([actor, { identity, since }]) => {
    to.text(actor);
    to.text(identity);
    to.natural(since);
  });
}

function decodeMembership(from: Reader): Membership {
  return {
    actors: from.list('actors', () => from.text('actor')),
    self: from.text('this actor'),
    peers: Object.fromEntries(
      from.list('peers', () => [
        from.text('actor of a peer'),
        { identity: from.text('identity of a peer'), since: from.natural('changes known of a peer') },
      ]),
    ),
  };
}
