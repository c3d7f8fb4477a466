/** What travels between two actors, as a frame's payload: messages one after the other, a code before each. */
import type { ActorNames } from '../codec/actor-list.ts';
import { Reader, Writer } from '../codec/bytes.ts';
import { MalformedError } from '../codec/malformed.ts';
import { decodeVoteId, encodeVoteId } from '../codec/protocol.ts';
import { MAX_NAME_BYTES } from '../limits.ts';
import type { PeerMessage } from '../runtime/ports.ts';
import { codecOf, decoderOf } from './counter-codec.ts';
import { fillHeader, HEADER_BYTES } from './frame.ts';
import type { GivenNumbers, KnownNumbers } from './numbers.ts';

/** Codes of what is not about one counter. */
const CLOCK = 0;
const CHANGES = 32;
const CHANGED = 33;
/** The number that a counter has from here on. */
const NUMBER = 34;

/** In place of a counter's number, of which one more is written: its name follows. */
const BY_NAME = 0;

const writer = new Writer();

/** `given`: undefined if counters are to go by name. */
function encodeMessage(to: Writer, message: PeerMessage, actors: ActorNames, given?: GivenNumbers): void {
  switch (message.type) {
    case 'counter': {
      const number = given === undefined ? null : numberOf(to, message.counter, given);
      const codec = codecOf(message.message);
      to.natural(codec.code);
      to.natural(number === null ? BY_NAME : number + 1);
      if (number === null) to.text(message.counter);
      codec.encode(to, message.message, actors);
      return;
    }
    case 'changes':
      to.natural(CHANGES);
      to.text(message.identity);
      to.natural(message.since);
      return;
    case 'changed':
      to.natural(CHANGED);
      to.text(message.identity);
      to.natural(message.since);
      to.natural(message.until);
      to.natural(message.more ? 1 : 0);
      to.list(message.changes, ({ counter, mark }) => {
        to.text(counter);
        encodeVoteId(to, mark, actors);
      });
      return;
    default:
      throw new Error(`a message of no type: ${String(message satisfies never)}`);
  }
}

/** Told, if it is given one only now. Null: it goes by name. */
function numberOf(to: Writer, counter: string, given: GivenNumbers): number | null {
  const known = given.of(counter);
  if (known !== undefined) return known;
  const number = given.give(counter);
  if (number === null) return null;
  to.natural(NUMBER);
  to.natural(number);
  to.text(counter);
  return number;
}

/** Null if it only told a number. */
function decodeMessage(from: Reader, actors: ActorNames, known: KnownNumbers): PeerMessage | null {
  const code = from.natural('code of a message');
  if (code === NUMBER) {
    const number = from.natural('number of a counter');
    known.learn(number, decodeCounter(from));
    return null;
  }
  if (code === CHANGES) {
    return { type: 'changes', identity: decodeIdentity(from), since: from.natural('number of a change') };
  }
  if (code === CHANGED) return decodeChanged(from, actors);
  const decode = decoderOf(code);
  const number = from.natural('number of a counter');
  const counter = number === BY_NAME ? decodeCounter(from) : known.counter(number - 1);
  return { type: 'counter', counter, message: decode(from, actors) };
}

function decodeChanged(from: Reader, actors: ActorNames): PeerMessage {
  return {
    type: 'changed',
    identity: decodeIdentity(from),
    since: from.natural('number of a change'),
    until: from.natural('number of a change'),
    more: from.choice(2, 'whether there are more changes') === 1,
    changes: from.list('changes', () => ({ counter: decodeCounter(from), mark: decodeVoteId(from, actors) })),
  };
}

/** The store has no place for a counter without a name. */
function decodeCounter(from: Reader): string {
  const name = from.text('counter', MAX_NAME_BYTES);
  if (name === '') throw new MalformedError('counter', 'at least 1 byte', name);
  return name;
}

function decodeIdentity(from: Reader): string {
  return from.text('identity of a store', MAX_NAME_BYTES);
}

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
  const to = writer.begin(HEADER_BYTES);
  encodeClock(to, clock);
  for (const message of messages) encodeMessage(to, message, actors, given);
  return fillHeader(to.copied());
}

/**
 * One message, to be joined with others by joinFrame: without numbers, since it may be dropped. In memory of its own: in a
 * piece that it shares, it would keep all of that alive, and this may wait.
 */
export function encodeOne(message: PeerMessage, actors: ActorNames): Buffer {
  const to = writer.begin();
  encodeMessage(to, message, actors);
  const own = Buffer.alloc(to.written.length);
  own.set(to.written);
  return own;
}

/** The whole frame of messages that have been encoded one by one. */
export function joinFrame(encoded: readonly Buffer[], clock?: number): Buffer {
  const to = writer.begin(HEADER_BYTES);
  encodeClock(to, clock);
  return fillHeader(Buffer.concat([to.written, ...encoded]));
}

function encodeClock(to: Writer, clock: number | undefined): void {
  if (clock === undefined) return;
  to.natural(CLOCK);
  to.natural(clock);
}

/** The messages of a frame's payload, and the clock of its sender if it has one; throws a MalformedError. */
export function decodeFrame(
  payload: Buffer,
  actors: ActorNames,
  known: KnownNumbers,
  hear: (clock: number) => void,
): PeerMessage[] {
  const from = new Reader(payload);
  const messages: PeerMessage[] = [];
  if (payload[0] === CLOCK) {
    from.natural('code of a message');
    hear(from.natural('clock'));
  }
  while (!from.isAtEnd) {
    const message = decodeMessage(from, actors, known);
    if (message !== null) messages.push(message);
  }
  return messages;
}
