/** What each end of a link says of itself before the first frame: who speaks, to whom, and as a member of which cluster. */
import { createHash } from 'node:crypto';
import { MalformedError } from '../codec/malformed.ts';
import type { Actor } from '../paxos/ballot.ts';

/** Grows when actors of two versions could misunderstand each other. */
export const PROTOCOL = 7;

/** What a call asks its HTTP connection to become. */
export const LINK_PROTOCOL = 'quorate';
/** The field of the call, and of its answer, that has the hello. */
export const HELLO_FIELD = 'quorate-hello';

export interface Hello {
  /** Names the set of actors. */
  readonly cluster: string;
  readonly from: Actor;
  readonly to: Actor;
  readonly incarnation: number;
  /** Of the speaker's store: another one than before means that it lost its disk. */
  readonly identity: string;
}

/** Why there is no link, as an HTTP answer. */
export interface Refusal {
  readonly status: number;
  /** One line for a person. */
  readonly reason: string;
}

/** What a configured actor says of itself. */
export interface Settings {
  readonly self: Actor;
  /** Normalised and distinct. */
  readonly actors: readonly Actor[];
  readonly incarnation: number;
  readonly identity: string;
}

export function clusterOf(actors: readonly Actor[]): string {
  return createHash('sha256')
    .update([...actors].sort().join('\n'))
    .digest('hex');
}

/** One link per pair: the actor whose address sorts lower opens it. */
export function dials(self: Actor, peer: Actor): boolean {
  return self < peer;
}

export function hello(settings: Settings, to: Actor): Hello {
  const { self: from, actors, incarnation, identity } = settings;
  return { cluster: clusterOf(actors), from, to, incarnation, identity };
}

/** As a field of an HTTP head: JSON, of characters that may be there. */
export function encodeHello({ cluster, from, to, incarnation, identity }: Hello): string {
  return JSON.stringify([PROTOCOL, cluster, from, to, incarnation, identity]);
}

export function decodeHello(field: unknown): Hello | Refusal {
  try {
    const list = listOf(parse(field));
    // Only the first field means the same in every version.
    const protocol = naturalOf(list[0], 'protocol of a hello');
    if (protocol !== PROTOCOL) {
      return { status: 409, reason: `protocol ${protocol} was spoken, not protocol ${PROTOCOL}` };
    }
    if (list.length !== 6) throw new MalformedError('hello', 'an array of 6', list);
    const [, cluster, from, to, incarnation, identity] = list;
    return {
      cluster: textOf(cluster, 'cluster of a hello'),
      from: textOf(from, 'sender of a hello'),
      to: textOf(to, 'receiver of a hello'),
      incarnation: naturalOf(incarnation, 'incarnation of a hello'),
      identity: textOf(identity, 'store identity of a hello'),
    };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { status: 400, reason: error.message };
  }
}

function parse(field: unknown): unknown {
  try {
    return JSON.parse(textOf(field, `field ${HELLO_FIELD}`));
  } catch (error) {
    if (error instanceof SyntaxError) throw new MalformedError('hello', 'JSON', field);
    throw error;
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new MalformedError('hello', 'an array', value);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new MalformedError(what, 'a string', value);
}

function naturalOf(value: unknown, what: string): number {
  if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) return value;
  throw new MalformedError(what, 'a whole number from 0 to 2^53 - 1', value);
}

/** What a hello must fit, whichever side reads it. */
export function mismatch(settings: Settings, said: Hello): Refusal | null {
  if (said.cluster !== clusterOf(settings.actors)) {
    return { status: 409, reason: 'the two are configured with different sets of actors' };
  }
  if (said.to !== settings.self) {
    return { status: 409, reason: `${said.to} was meant, this is ${settings.self}` };
  }
  return null;
}
