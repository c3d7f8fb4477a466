/** What travels between two actors, as a frame's payload: an array of messages, each `[code, ...fields]`. */
import { Packr, RESERVE_START_SPACE } from 'msgpackr';
import type { ActorNames } from '../codec/actor-list.ts';
import { decodeFields, decodeList, decodeNatural, MalformedError, type Plain } from '../codec/plain.ts';
import { decodeVoteId, encodeVoteId } from '../codec/protocol.ts';
import type { PeerMessage } from '../runtime/ports.ts';
import { decodeCounter, decodeCounterMessage, decodeName, encodeCounterMessage } from './counter-codec.ts';
import { fillHeader, HEADER_BYTES } from './frame.ts';
import type { GivenNumbers, KnownNumbers } from './numbers.ts';

/** Codes of what is not about one counter. */
const CLOCK = 0;
const CHANGES = 32;
const CHANGED = 33;
/** The number that a counter has from here on. */
const NUMBER = 34;

/** `number`: of the counter that it is about, if it has one. */
function encodeMessage(message: PeerMessage, actors: ActorNames, number?: number): Plain[] {
  switch (message.type) {
    case 'counter':
      return encodeCounterMessage(message.message.type, number ?? message.counter, message.message, actors);
    case 'changes':
      return [CHANGES, message.identity, message.since];
    case 'changed': {
      const changes = message.changes.map(
        ({ counter, mark }): Plain => [counter, encodeVoteId(mark, actors)],
      );
      const { identity, since, until, more } = message;
      return [CHANGED, identity, since, until, more ? 1 : 0, changes];
    }
    default:
      throw new Error(`a message of no type: ${String(message satisfies never)}`);
  }
}

/** Null if it only told a number. */
function decodeMessage(encoded: unknown, actors: ActorNames, known: KnownNumbers): PeerMessage | null {
  const fields = decodeList(encoded, 'message');
  const code = decodeNatural(fields[0], 'code of a message');
  if (code === NUMBER) {
    const [, number, counter] = decodeFields(fields, 3, 'number of a counter');
    known.learn(decodeNatural(number, 'number of a counter'), decodeCounter(counter));
    return null;
  }
  if (code === CHANGES) return decodeChanges(fields);
  if (code === CHANGED) return decodeChanged(fields, actors);
  const message = decodeCounterMessage(code, fields, actors);
  const [, counter] = fields;
  return {
    type: 'counter',
    counter: typeof counter === 'number' ? known.counter(counter) : decodeCounter(counter),
    message,
  };
}

function decodeChanges(list: readonly unknown[]): PeerMessage {
  const [, identity, since] = decodeFields(list, 3, 'question for changes');
  return {
    type: 'changes',
    identity: decodeName(identity, 'identity of a store'),
    since: decodeNatural(since, 'number of a change'),
  };
}

function decodeChanged(list: readonly unknown[], actors: ActorNames): PeerMessage {
  const [, identity, since, until, more, changes] = decodeFields(list, 6, 'changes');
  if (more !== 0 && more !== 1) throw new MalformedError('whether there are more changes', '0 or 1', more);
  return {
    type: 'changed',
    identity: decodeName(identity, 'identity of a store'),
    since: decodeNatural(since, 'number of a change'),
    until: decodeNatural(until, 'number of a change'),
    more: more === 1,
    changes: decodeList(changes, 'changes').map((change) => {
      const [counter, mark] = decodeFields(change, 2, 'change');
      return { counter: decodeCounter(counter), mark: decodeVoteId(mark, actors) };
    }),
  };
}

/** Arrays, numbers, strings and null only. Bytes that ask for anything else decode to what no decoder above takes. */
const packr = new Packr({ useRecords: false });

/**
 * The whole frame of some messages; of actors that write a trace, their logical clock comes first. It has to be the next that leaves:
 * it tells the numbers that it gives.
 */
export function encodeFrame(
  messages: readonly PeerMessage[],
  actors: ActorNames,
  given: GivenNumbers,
  clock?: number,
): Buffer {
  const encoded: Plain[] = clock === undefined ? [] : [[CLOCK, clock]];
  for (const message of messages) {
    let number: number | undefined;
    if (message.type === 'counter') {
      number = given.of(message.counter) ?? tell(message.counter, given, encoded);
    }
    encoded.push(encodeMessage(message, actors, number));
  }
  return fillHeader(packr.pack(encoded, RESERVE_START_SPACE + HEADER_BYTES));
}

function tell(counter: string, given: GivenNumbers, encoded: Plain[]): number | undefined {
  const number = given.give(counter);
  if (number === null) return undefined;
  encoded.push([NUMBER, number, counter]);
  return number;
}

/**
 * One message, to be joined with others by joinFrame: without numbers, since it may be dropped. In memory of its own: what msgpackr
 * returns keeps all alive that it has packed around it, and this may wait.
 */
export function encodeOne(message: PeerMessage, actors: ActorNames): Buffer {
  const packed = packr.pack(encodeMessage(message, actors));
  const own = Buffer.alloc(packed.length);
  own.set(packed);
  return own;
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

/** What a payload says, whatever it is; throws a MalformedError if it is no MessagePack. */
export function decodeValue(payload: Buffer): unknown {
  try {
    return packr.unpack(payload);
  } catch (error) {
    throw new MalformedError('frame', 'MessagePack', error instanceof Error ? error.message : error);
  }
}

/** The messages of a frame's payload, and the clock of its sender if it has one; throws a MalformedError. */
export function decodeFrame(
  payload: Buffer,
  actors: ActorNames,
  known: KnownNumbers,
  hear: (clock: number) => void,
): PeerMessage[] {
  const list = decodeList(decodeValue(payload), 'frame');
  const messages: PeerMessage[] = [];
  for (let at = hearClock(list[0], hear) ? 1 : 0; at < list.length; at += 1) {
    const message = decodeMessage(list[at], actors, known);
    if (message !== null) messages.push(message);
  }
  return messages;
}

function hearClock(first: unknown, hear: (clock: number) => void): boolean {
  if (!Array.isArray(first) || first[0] !== CLOCK) return false;
  hear(decodeNatural(first[1], 'clock'));
  return true;
}
