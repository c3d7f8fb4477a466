import { isWithin } from '../../history/digits.ts';
import { InvariantViolation } from '../../history/operation.ts';
import type { History } from '../history.ts';

/** Every pair of chosen states is comparable: they form one chain (Paxos Made Simple, P2). */
export function chain({ chosen }: History): void {
  for (const [counter, votes] of chosen) {
    votes.reduce((lower, higher) => {
      if (!isWithin(lower.state.total, higher.state.total)) {
        throw new InvariantViolation(`${counter}: slot ${higher.slot} does not carry on slot ${lower.slot}`);
      }
      return higher;
    });
  }
}
