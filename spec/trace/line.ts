import type { Actor } from '../../src/paxos/ballot.ts';
import type { CounterEvent, TraceEvent } from '../../src/runtime/trace.ts';
import type { Refusal } from './refusal.ts';

/** Who did it, in which life, as the how manieth event of that life, and when by Lamport's clock. */
interface Head {
  readonly actor: Actor;
  readonly incarnation: number;
  readonly number: number;
  readonly clock: number;
  /** When, in milliseconds of a clock that the processes of a machine share; no rule knows it. Simulated events have none. */
  readonly time?: number;
}

export type Line = Head & { readonly counter?: string } & TraceEvent;
export type CounterLine = Head & { readonly counter: string } & CounterEvent;

/** A line, with where it stands and as it stands there. */
export interface Placed {
  readonly file: string;
  readonly place: number;
  readonly text: string;
  /** Null: it is no event. */
  readonly line: Line | null;
  /** It does not agree with what was written before it, whatever the specification says to it. */
  readonly refusal?: Refusal;
}

export function parse(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    return isLine(value) ? value : null;
  } catch {
    return null;
  }
}

function isLine(value: unknown): value is Line {
  if (typeof value !== 'object' || value === null) return false;
  const { actor, incarnation, number, clock, event } = value as Readonly<Record<string, unknown>>;
  const isNatural = (one: unknown) => Number.isSafeInteger(one) && Number(one) > 0;
  return (
    typeof actor === 'string' &&
    typeof event === 'string' &&
    isNatural(incarnation) &&
    isNatural(number) &&
    isNatural(clock)
  );
}
