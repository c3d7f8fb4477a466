/** The client's side: what clients were told, held against what the actors say that they have told. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, isLinearized, type Operation } from '../history/operation.ts';
import { firstDecrease } from '../history/order.ts';
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
 * Each answer that a client got has to be one that its actor gave, and none is given twice; and together they keep to real
 * time, which no trace knows: what begins after another has ended tells at least as much.
 */
export class Client {
  readonly #operations: readonly Operation[];
  readonly #counters: ReadonlySet<string>;
  /** How often an actor gave that answer. */
  readonly #given = new Map<string, number>();

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
    } else if (line.event === 'read finished' && line.status === 200)
      this.#give(answer(actor, counter, 'read', 'read', 0n, amountOf(line.total)));
    else if (line.event === 'shown')
      this.#give(answer(actor, counter, 'value', 'read', 0n, amountOf(line.total)));
  }

  /** To be asked after the trace. One line each. */
  contradictions(): string[] {
    const found: string[] = [];
    for (const operation of this.#operations) {
      const { actor, counter, kind, outcome, amount, value } = operation;
      if (outcome !== 'counted' && outcome !== 'recorded' && outcome !== 'read') continue;
      const key = answer(actor, counter, kind, outcome, amount, value);
      const left = this.#given.get(key) ?? 0;
      if (left === 0) found.push(`${describe(operation)}: its actor never gave that answer`);
      else this.#given.set(key, left - 1);
    }
    for (const ofOne of Map.groupBy(this.#operations, ({ counter }) => counter).values()) {
      const decrease = firstDecrease(ofOne.filter(isLinearized));
      if (decrease === null) continue;
      const { earlier, later } = decrease;
      found.push(`${describe(earlier)} and ${describe(later)} go back in time`);
    }
    return found;
  }

  #give(key: string): void {
    this.#given.set(key, (this.#given.get(key) ?? 0) + 1);
  }
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
