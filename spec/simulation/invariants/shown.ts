import { InvariantViolation } from '../../history/operation.ts';
import type { History } from '../history.ts';

/** `value` is the total of a vote that was chosen (protocol.md, "value"). */
export function shown({ operations, chosen }: History): void {
  for (const { kind, outcome, actor, counter, value, end } of operations) {
    if (kind !== 'value' || outcome !== 'read' || value === 0n) continue;
    if (chosen.get(counter)?.some(({ state }) => state.total === value)) continue;
    throw new InvariantViolation(`value at ${actor}, ${Math.round(end)} ms, was never chosen`);
  }
}
