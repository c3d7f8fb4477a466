import type { Actor } from '../../src/paxos/ballot.ts';

/** What a client asked of an actor, and what it was told. Times are in milliseconds of one clock. */
export interface Operation {
  readonly kind: 'increment' | 'read' | 'value';
  readonly actor: Actor;
  readonly counter: string;
  readonly amount: bigint;
  readonly start: number;
  end: number;
  /** `lost`: the connection ended, or the actor crashed, before it told anything. */
  outcome: 'pending' | 'lost' | 'counted' | 'recorded' | 'unknown' | 'refused' | 'read';
  value: bigint;
  unheard: readonly Actor[];
}

export type Outcome = Operation['outcome'];

/** The operations of all clients: what can be seen from outside the actors. */
export interface Operations {
  readonly operations: readonly Operation[];
}

export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

export function begin({
  kind,
  actor,
  counter,
  amount,
  start,
}: Pick<Operation, 'kind' | 'actor' | 'counter' | 'amount' | 'start'>): Operation {
  return {
    kind,
    actor,
    counter,
    amount,
    start,
    end: Infinity,
    outcome: 'pending',
    value: 0n,
    unheard: [],
  };
}

/** An increment and a consistent read tell a value that takes part in the one order of all of them. */
export function isLinearized({ kind, outcome }: Operation): boolean {
  return outcome === 'counted' || (kind === 'read' && outcome === 'read');
}

export function describe({ kind, actor, counter, amount, outcome, start, end, value }: Operation): string {
  const what = kind === 'increment' ? `increment ${power(amount)} of ${counter}` : `${kind} of ${counter}`;
  const when = `from ${Math.round(start)} to ${Math.round(end)} ms`;
  const told = outcome === 'counted' || outcome === 'read' ? `${outcome} = 0o${value.toString(8)}` : outcome;
  return `${what} at ${actor} ${when}: ${told}`;
}

/** As its place among the digits, which is shorter. */
export function power(amount: bigint): string {
  return `8^${amount.toString(8).length - 1}`;
}
