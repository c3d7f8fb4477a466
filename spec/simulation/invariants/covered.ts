import { isWithin } from '../../history/digits.ts';
import { describe, InvariantViolation } from '../../history/operation.ts';
import type { Sending } from '../sending.ts';

/**
 * What an actor has answered 202 is below the watermark or in the mark that it tells a read round: one of them always has
 * it (protocol.md, the table, "consistent_value, 4").
 */
export function covered({ from, counter, message, history, now }: Sending): void {
  if (message.type !== 'answer' || message.watermark !== null) return;
  const { mark } = message;
  const total = mark === null ? 0n : (history.chosenVote(counter, mark)?.state.total ?? 0n);
  for (const operation of history.recorded) {
    const { actor, outcome, end, amount } = operation;
    if (outcome !== 'recorded' || actor !== from || operation.counter !== counter) continue;
    // In one and the same moment the answer was written before.
    if (end < now && !isWithin(amount, total))
      throw new InvariantViolation(`${from} conceals from a read: ${describe(operation)}`);
  }
}
