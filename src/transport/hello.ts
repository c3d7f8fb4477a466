/** What each end of a link says of itself before the first frame: who speaks, to whom, and as a member of which cluster. */
import { createHash } from 'node:crypto';
import { decodeFields, decodeList, decodeNatural, decodeText, MalformedError } from '../codec/plain.ts';
import type { Actor } from '../paxos/ballot.ts';

/** Grows when actors of two versions could misunderstand each other. */
export const PROTOCOL = 6;

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
    const list = decodeList(parse(field), 'hello');
    // Only the first field means the same in every version.
    const protocol = decodeNatural(list[0], 'protocol of a hello');
    if (protocol !== PROTOCOL) {
      return { status: 409, reason: `protocol ${protocol} was spoken, not protocol ${PROTOCOL}` };
    }
    const [, cluster, from, to, incarnation, identity] = decodeFields(list, 6, 'hello');
    return {
      cluster: decodeText(cluster, 'cluster of a hello'),
      from: decodeText(from, 'sender of a hello'),
      to: decodeText(to, 'receiver of a hello'),
      incarnation: decodeNatural(incarnation, 'incarnation of a hello'),
      identity: decodeText(identity, 'store identity of a hello'),
    };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { status: 400, reason: error.message };
  }
}

function parse(field: unknown): unknown {
  try {
    return JSON.parse(decodeText(field, `field ${HELLO_FIELD}`));
  } catch (error) {
    if (error instanceof SyntaxError) throw new MalformedError('hello', 'JSON', field);
    throw error;
  }
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
