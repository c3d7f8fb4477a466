/** The texts of `src/runtime/trace.ts`, read back. */
import type { BatchNumber } from '../../src/counter/state.ts';
import type { Ballot, VoteId } from '../../src/paxos/ballot.ts';
import { Refusal } from './refusal.ts';

/** A vote as an event names it. */
export interface Voted extends VoteId {
  /** Without the digest. */
  readonly name: string;
  readonly digest: string | null;
}

export interface Part {
  readonly number: BatchNumber;
  readonly amount: bigint;
}

/** `3.10.0.0.1` */
export function ballotOf(text: string): Ballot {
  const dot = text.indexOf('.');
  return { round: naturalOf(text.slice(0, dot)), actor: text.slice(dot + 1) };
}

export function ballotOrNone(text: string | null): Ballot | null {
  return text === null ? null : ballotOf(text);
}

/** `3.10.0.0.1/5#DIGEST` */
export function votedOf(text: string): Voted {
  const hash = text.lastIndexOf('#');
  const name = hash < 0 ? text : text.slice(0, hash);
  const slash = name.lastIndexOf('/');
  return {
    name,
    digest: hash < 0 ? null : text.slice(hash + 1),
    ballot: ballotOf(name.slice(0, slash)),
    slot: naturalOf(name.slice(slash + 1)),
  };
}

export function votedOrNone(text: string | null): Voted | null {
  return text === null ? null : votedOf(text);
}

/** `1.7` */
export function numberOf(text: string): BatchNumber {
  const dot = text.indexOf('.');
  return { incarnation: naturalOf(text.slice(0, dot)), sequence: naturalOf(text.slice(dot + 1)) };
}

/** `1.7+100` */
export function partOf(text: string): Part {
  const plus = text.indexOf('+');
  return { number: numberOf(text.slice(0, plus)), amount: amountOf(text.slice(plus + 1)) };
}

/** `10.0.0.1 1.7+100` */
export function sentOf(text: string): Part & { readonly origin: string } {
  const space = text.indexOf(' ');
  return { origin: text.slice(0, space), ...partOf(text.slice(space + 1)) };
}

export function amountOf(text: string): bigint {
  if (!/^(\d+|0x[\da-f]+)$/.test(text)) throw new Refusal('well formed', `${text} is no amount`);
  return BigInt(text);
}

function naturalOf(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isSafeInteger(value)) throw new Refusal('well formed', `${text} is no number`);
  return value;
}
