import { hasDoubled } from '../../history/digits.ts';
import { InvariantViolation } from '../../history/operation.ts';
import type { History } from '../history.ts';

/** A batch counts at most once, however often it is sent, forwarded, re-proposed or replayed (protocol.md, "State machine"). */
export function once({ chosen }: History): void {
  for (const [counter, votes] of chosen) {
    for (const { slot, state } of votes) {
      if (hasDoubled(state.total))
        throw new InvariantViolation(`${counter}: slot ${slot} counts an increment twice`);
    }
  }
}
