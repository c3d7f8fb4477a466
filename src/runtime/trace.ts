/**
 * What an actor does, event by event, in the words of protocol.md. An event is written before anybody else can see its
 * effect, and after the flush that it depends on; so what a checker reads is what the others can have seen.
 *
 * Names are text: a ballot `3.10.0.0.1`, a vote `3.10.0.0.1/5#DIGEST` (its slot, and a digest of its state), a batch
 * `1.7+100` (incarnation, sequence, amount), a round `1.8`. Numbers that may be large are decimal, or hexadecimal with `0x`.
 */
import type { Batch, BatchNumber, CounterState } from '../counter/state.ts';
import type { Actor, Ballot, Vote, VoteId } from '../paxos/ballot.ts';

/** Where events go. Whoever implements it adds who, which life, which number in it, and the logical clock. */
export interface Tracer {
  /** `counter`: null if it is about the actor. */
  note(counter: string | null, event: TraceEvent): void;
  /** Returns when all that was noted would survive the end of this process. */
  flush(): void;
}

/** A life begins with `started` and ends with `ended`, unless it is cut off. */
export type TraceEvent =
  | {
      readonly event: 'started';
      readonly actors: readonly Actor[];
      readonly store: string;
      /** The last event of the life before: `incarnation.number`; null if there is none in this trace. */
      readonly after: string | null;
    }
  | { readonly event: 'ended' }
  | { readonly event: 'failed'; readonly reason: string }
  /** A link that is down is suspicion. */
  | { readonly event: 'link up' | 'link down'; readonly peer: Actor }
  | CounterEvent;

export type CounterEvent =
  /** As read back from disk. */
  | ({ readonly event: 'loaded' } & RegisterText & RecordsText)
  /** Handed to the store: the register, or the 202 records, or both. */
  | ({ readonly event: 'writing' } & Partial<RegisterText> & Partial<RecordsText>)
  /** What was handed over last is durable. */
  | { readonly event: 'flushed' }
  | { readonly event: 'prepare'; readonly ballot: string }
  | {
      readonly event: 'promise';
      readonly to: Actor;
      readonly ballot: string;
      readonly vote: string | null;
      readonly mark: string | null;
    }
  | { readonly event: 'nack'; readonly to: Actor; readonly ballot: string; readonly promised: string }
  /** With the first accept of a ballot: whose promises elected its holder, and to what base. */
  | {
      readonly event: 'elected';
      readonly ballot: string;
      readonly promised: readonly Actor[];
      readonly base: string | null;
    }
  /** `base` with these batches applied, in this order; `batches` are `origin 1.7+100`. */
  | {
      readonly event: 'accept';
      readonly vote: string;
      readonly base: string | null;
      readonly batches: readonly string[];
      readonly total: string;
    }
  /** Without a digest if a higher vote has taken its place already. */
  | { readonly event: 'accepted'; readonly to: Actor; readonly vote: string }
  | { readonly event: 'chosen'; readonly vote: string; readonly accepted: readonly Actor[] }
  | { readonly event: 'marked'; readonly vote: string }
  /** A chosen vote, to who asked for it, or was not asked for its vote. */
  | { readonly event: 'learn'; readonly to: Actor; readonly vote: string }
  /** The same, to a read that rode on its accept. */
  | { readonly event: 'carried'; readonly to: Actor; readonly round: string; readonly vote: string }
  /** The first time, and whenever it is sent again. */
  | { readonly event: 'sealed'; readonly batch: string }
  /** Passed on for `origin`, or left to a candidate by it. */
  | { readonly event: 'submit'; readonly to: Actor; readonly origin: Actor; readonly batch: string }
  | {
      readonly event: 'counted';
      readonly to: Actor;
      /** Its number. */
      readonly batch: string;
      readonly total: string;
      readonly slot: number;
    }
  /** To the client. 200 has the value and the slot, 503 is of no batch. */
  | {
      readonly event: 'answered';
      readonly status: 200 | 202 | 503 | 504;
      readonly batch: string | null;
      readonly value?: string;
      readonly slot?: number;
    }
  /** And whenever it is asked again under another identifier: `asked`. */
  | { readonly event: 'read begun'; readonly round: string; readonly asked: string; readonly reads: number }
  | {
      readonly event: 'read answered';
      readonly to: Actor;
      readonly round: string;
      readonly promised: string | null;
      readonly vote: string | null;
      readonly mark: string | null;
      readonly watermark: string | null;
    }
  /** To the client. `round`: the first that it waited for. */
  | {
      readonly event: 'read finished';
      readonly status: 200 | 503;
      readonly round: string | null;
      readonly vote: string | null;
      readonly total: string;
      readonly unheard: readonly Actor[];
    }
  /** To a client that asked for `value`. */
  | { readonly event: 'shown'; readonly vote: string | null; readonly total: string };

export interface RegisterText {
  readonly promise: string | null;
  readonly vote: string | null;
  readonly mark: string | null;
}

/** Batches that were answered 202. */
export interface RecordsText {
  readonly sealed: string | null;
  readonly open: string | null;
}

export function ballotText({ round, actor }: Ballot): string {
  return `${round}.${actor}`;
}

export function idText({ ballot, slot }: VoteId): string {
  return `${ballotText(ballot)}/${slot}`;
}

export function voteText(vote: Vote<CounterState>): string {
  return `${idText(vote)}#${digest(vote.state)}`;
}

export function numberText({ incarnation, sequence }: BatchNumber): string {
  return `${incarnation}.${sequence}`;
}

export function batchText({ number, amount }: Omit<Batch, 'origin'>): string {
  return `${numberText(number)}+${amountText(amount)}`;
}

/** Decimal while that is cheap. */
export function amountText(amount: bigint): string {
  return amount < 0x20_0000_0000_0000n ? amount.toString() : `0x${amount.toString(16)}`;
}

const digests = new WeakMap<CounterState, string>();

/** The same for equal states; states are never changed, so each is worked out once. */
export function digest(state: CounterState): string {
  const known = digests.get(state);
  if (known !== undefined) return known;
  const origins = [...state.origins].map(
    ([origin, { number, total }]) => `${origin} ${numberText(number)} ${remainder(total)}`,
  );
  const text = hash([remainder(state.total), ...origins.sort()].join('\n'));
  digests.set(state, text);
  return text;
}

/** In linear time, and short, however long the amount is. */
function remainder(amount: bigint): bigint {
  return amount % 0x1fff_ffff_ffff_ffffn;
}

/** 64 bits, mixed as by MurmurHash: against mistakes, not against attackers. */
function hash(text: string): string {
  let [a, b] = [0x9e3779b9, 0x85ebca6b];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0xcc9e2d51);
    b = Math.imul(b ^ code, 0x1b873593);
  }
  a = Math.imul(a ^ (b >>> 15), 0x85ebca6b);
  b = Math.imul(b ^ (a >>> 13), 0xc2b2ae35);
  return ((a ^ (b >>> 16)) >>> 0).toString(36) + ((b ^ (a >>> 16)) >>> 0).toString(36);
}
