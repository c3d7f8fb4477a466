import { isWithin } from '../history/digits.ts';
import type { Operation } from '../history/operation.ts';

/** A stretch of a scenario in which the same instances can talk to each other. Times as in the operations. */
export interface Phase {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly sides: readonly Side[];
}

export interface Side {
  readonly name: string;
  readonly actors: readonly string[];
}

/** What the clients of one side saw in one phase. Milliseconds. */
export interface Availability {
  readonly phase: string;
  readonly side: string;
  readonly seconds: number;
  /** Of the operations that began and ended in the phase: what ends in a cut may have been decided before it. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The longest stretch without an increment that was counted; without one that was counted or recorded. */
  readonly gap: { readonly counted: number; readonly accepted: number };
  /** How long a client waits for a 200 or 202: half, and all, wait no longer. */
  readonly counted: Waits;
  readonly recorded: Waits;
}

export interface Waits {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function availability(operations: readonly Operation[], phase: Phase): Availability[] {
  const within = operations.filter(({ end }) => end >= phase.start && end < phase.end);
  return phase.sides.map(({ name, actors }) => {
    const ofSide = within.filter(({ actor }) => actors.includes(actor));
    const counted = ofSide.filter(({ outcome }) => outcome === 'counted');
    const recorded = ofSide.filter(({ outcome }) => outcome === 'recorded');
    const outcomes: Record<string, number> = {};
    for (const { kind, outcome, start } of ofSide) {
      if (start < phase.start) continue;
      const key = kind === 'increment' ? outcome : `${kind} ${outcome}`;
      outcomes[key] = (outcomes[key] ?? 0) + 1;
    }
    return {
      phase: phase.name,
      side: name,
      seconds: (phase.end - phase.start) / 1_000,
      outcomes,
      gap: { counted: longestGap(counted, phase), accepted: longestGap([...counted, ...recorded], phase) },
      counted: waits(counted),
      recorded: waits(recorded),
    };
  });
}

/** From the start of the phase, between two that succeed, to its end. */
function longestGap(successes: readonly Operation[], { start, end }: Phase): number {
  const moments = [start, ...successes.map((operation) => operation.end).sort((a, b) => a - b), end];
  return moments
    .slice(1)
    .reduce((longest, moment, i) => Math.max(longest, moment - (moments[i] ?? start)), 0);
}

function waits(operations: readonly Operation[]): Waits {
  const sorted = operations.map(({ start, end }) => end - start).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** All that was acknowledged before `moment`, per counter. */
export function acknowledged(operations: readonly Operation[], moment: number): Map<string, bigint> {
  const totals = new Map<string, bigint>();
  for (const { counter, amount, outcome, end } of operations) {
    if ((outcome !== 'counted' && outcome !== 'recorded') || end > moment) continue;
    totals.set(counter, (totals.get(counter) ?? 0n) | amount);
  }
  return totals;
}

export function includes(total: string, amounts: bigint): boolean {
  return isWithin(amounts, BigInt(total));
}

/** Milliseconds from `moment` to the first increment that each actor counts after it; null: none did. */
export function firstCounted(
  operations: readonly Operation[],
  actors: readonly string[],
  moment: number,
): (number | null)[] {
  return actors.map((actor) => {
    const ends = operations
      .filter((one) => one.actor === actor && one.outcome === 'counted' && one.end > moment)
      .map(({ end }) => end);
    return ends.length === 0 ? null : Math.min(...ends) - moment;
  });
}
