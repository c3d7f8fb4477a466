import { hasDoubled, isWithin } from './digits.ts';
import { describe, InvariantViolation, type Operation, type Operations } from './operation.ts';

/**
 * Each 200 and 202 is counted exactly once, each refused never, each unknown at most once (protocol.md, "What an
 * increment is answered"); `finals` are the totals after heal.
 */
export function kept({ operations }: Operations, finals: ReadonlyMap<string, bigint>): void {
  for (const [counter, total] of finals) {
    if (hasDoubled(total))
      throw new InvariantViolation(`${counter} counts an increment twice: 0o${total.toString(8)}`);
  }
  for (const operation of operations) {
    if (operation.kind !== 'increment') continue;
    const isCounted = isWithin(operation.amount, finals.get(operation.counter) ?? 0n);
    if (mustCount(operation) && !isCounted) throw new InvariantViolation(`${describe(operation)}, is lost`);
    if (operation.outcome === 'refused' && isCounted)
      throw new InvariantViolation(`${describe(operation)}, is counted`);
  }
  foreign(operations, finals);
}

/** Nothing is counted that nobody asked for. */
function foreign(operations: readonly Operation[], finals: ReadonlyMap<string, bigint>): void {
  const asked = new Map<string, bigint>();
  for (const { kind, counter, amount } of operations) {
    if (kind === 'increment') asked.set(counter, (asked.get(counter) ?? 0n) | amount);
  }
  for (const [counter, total] of finals) {
    if (!isWithin(total, asked.get(counter) ?? 0n))
      throw new InvariantViolation(`${counter} counts what nobody asked for: 0o${total.toString(8)}`);
  }
}

function mustCount({ outcome }: Operation): boolean {
  return outcome === 'counted' || outcome === 'recorded';
}
