import { describe, InvariantViolation, type Operations } from './operation.ts';
import { firstDecrease } from './order.ts';

/** `value` never goes down at an actor, restart or not (protocol.md, "value"): of two that do not overlap in time. */
export function monotone({ operations }: Operations): void {
  const values = operations.filter(({ kind, outcome }) => kind === 'value' && outcome === 'read');
  for (const ofOne of Map.groupBy(values, ({ actor, counter }) => `${actor} ${counter}`).values()) {
    const decrease = firstDecrease(ofOne);
    if (decrease !== null)
      throw new InvariantViolation(
        `${describe(decrease.later)} goes down after ${describe(decrease.earlier)}`,
      );
  }
}
