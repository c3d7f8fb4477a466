/** The client's side: what clients were told, held against what the actors say that they have told. */
import { readFileSync, writeFileSync } from 'node:fs';
import { monotone } from '../history/monotone.ts';
import { describe, InvariantViolation, isLinearized, type Operation } from '../history/operation.ts';
import { type Decrease, firstDecrease } from '../history/order.ts';
import type { Line } from './line.ts';
import { amountOf, partOf } from './names.ts';

/** One operation a line; amounts and values as text. */
export function writeHistory(file: string, operations: readonly Operation[]): void {
  const lines = operations.map(
    (operation) =>
      `${JSON.stringify({ ...operation, amount: `0x${operation.amount.toString(16)}`, value: `0x${operation.value.toString(16)}` })}\n`,
  );
  writeFileSync(file, lines.join(''));
}

export function readHistory(file: string): Operation[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => operationOf(JSON.parse(line)));
}

/** `end` of what was never answered is null in JSON. */
function operationOf(
  read: Omit<Operation, 'amount' | 'value'> & { readonly amount: string; readonly value: string },
): Operation {
  return { ...read, end: read.end ?? Infinity, amount: amountOf(read.amount), value: amountOf(read.value) };
}

/**
 * Each answer that a client got has to be one that its actor gave, and none is given twice, nor to an increment that nobody
 * asked for; and together they keep to real time, which no trace knows: what begins after another has ended tells at least
 * as much.
 */
export class Client {
  readonly #operations: readonly Operation[];
  readonly #counters: ReadonlySet<string>;
  /** How often an actor gave that answer. */
  readonly #given = new Map<string, number>();
  /** How often an actor answered such an increment, 200 or 202. */
  readonly #answered = new Map<string, number>();

  constructor(operations: readonly Operation[]) {
    this.#operations = operations;
    this.#counters = new Set(operations.map(({ counter }) => counter));
  }

  get size(): number {
    return this.#operations.length;
  }

  hear(line: Line): void {
    if (line.counter === undefined || !this.#counters.has(line.counter)) return;
    const { actor, counter } = line;
    if (line.event === 'answered' && line.batch !== null) {
      const { amount } = partOf(line.batch);
      if (line.status === 200) {
        this.#give(answer(actor, counter, 'increment', 'counted', amount, amountOf(line.value ?? '0')));
      } else if (line.status === 202) this.#give(answer(actor, counter, 'increment', 'recorded', amount, 0n));
      if (line.status !== 504) add(this.#answered, increment(actor, counter, amount));
    } else if (line.event === 'read finished' && line.status === 200)
      this.#give(answer(actor, counter, 'read', 'read', 0n, amountOf(line.total)));
    else if (line.event === 'shown')
      this.#give(answer(actor, counter, 'value', 'read', 0n, amountOf(line.total)));
  }

  /** To be asked after the trace. One line each. */
  contradictions(): string[] {
    const operations = this.#operations;
    const found: string[] = [];
    for (const operation of operations) {
      const { actor, counter, kind, outcome, amount, value, start, end } = operation;
      if (end < start) found.push(`${describe(operation)}: it ended before it began`);
      if (outcome !== 'counted' && outcome !== 'recorded' && outcome !== 'read') continue;
      const key = answer(actor, counter, kind, outcome, amount, value);
      if (!take(this.#given, key)) found.push(`${describe(operation)}: its actor never gave that answer`);
    }
    for (const { kind, outcome, actor, counter, amount } of operations) {
      const mayBeAnswered = outcome !== 'refused' && outcome !== 'unknown';
      if (kind === 'increment' && mayBeAnswered) take(this.#answered, increment(actor, counter, amount));
    }
    for (const [key, left] of this.#answered) {
      if (left > 0) found.push(`${key}: ${left} answered that nobody asked for`);
    }
    for (const ofOne of Map.groupBy(operations, ({ counter }) => counter).values()) {
      const decrease = firstAnachronism(ofOne);
      if (decrease === null) continue;
      const { earlier, later } = decrease;
      found.push(`${describe(earlier)} and ${describe(later)} go back in time`);
    }
    try {
      monotone({ operations });
    } catch (error) {
      if (!(error instanceof InvariantViolation)) throw error;
      found.push(error.message);
    }
    return found;
  }

  #give(key: string): void {
    add(this.#given, key);
  }
}

/** What was told by an end is in what has begun after it, even before that adds anything. */
function firstAnachronism(operations: readonly Operation[]): Decrease | null {
  const whole = new Map<Operation, Operation>();
  for (const operation of operations) {
    const { kind, outcome, value, amount } = operation;
    if (kind === 'value' ? outcome === 'read' : isLinearized(operation)) {
      whole.set({ ...operation, start: -Infinity }, operation);
    }
    if (isLinearized(operation)) whole.set({ ...operation, end: Infinity, value: value - amount }, operation);
  }
  const decrease = firstDecrease([...whole.keys()]);
  if (decrease === null) return null;
  const { earlier, later } = decrease;
  return { earlier: whole.get(earlier) ?? earlier, later: whole.get(later) ?? later };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** False: there is none left. */
function take(counts: Map<string, number>, key: string): boolean {
  const left = counts.get(key) ?? 0;
  if (left > 0) counts.set(key, left - 1);
  return left > 0;
}

function increment(actor: string, counter: string, amount: bigint): string {
  return `increment 0x${amount.toString(16)} of ${counter} at ${actor}`;
}

function answer(
  actor: string,
  counter: string,
  kind: Operation['kind'],
  outcome: Operation['outcome'],
  amount: bigint,
  value: bigint,
): string {
  return [actor, kind, outcome, amount.toString(16), value.toString(16), counter].join(' ');
}
