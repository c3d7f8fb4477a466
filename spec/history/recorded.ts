import { isWithin } from './digits.ts';
import { describe, InvariantViolation, type Operation, type Operations } from './operation.ts';

/** A consistent read that reaches an actor includes all that it has answered 202 (protocol.md, "consistent_value" 4). */
export function recorded({ operations }: Operations): void {
  for (const ofOne of Map.groupBy(operations, ({ counter }) => counter).values()) {
    const promised = ofOne
      .filter(({ kind, outcome }) => kind === 'increment' && outcome === 'recorded')
      .sort((a, b) => a.end - b.end);
    for (const read of ofOne) if (read.kind === 'read' && read.outcome === 'read') check(read, promised);
  }
}

function check(read: Operation, promised: readonly Operation[]): void {
  for (const increment of promised) {
    if (increment.end >= read.start) return;
    if (read.unheard.includes(increment.actor) || isWithin(increment.amount, read.value)) continue;
    throw new InvariantViolation(`${describe(read)} misses ${describe(increment)}`);
  }
}
