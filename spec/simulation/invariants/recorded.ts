import { type History, InvariantViolation } from '../history.ts';
import { isWithin } from './digits.ts';

/** A consistent read that reaches an actor includes all that it has answered 202 (protocol.md, "consistent_value" 4). */
export function recorded({ operations }: Pick<History, 'operations'>): void {
  for (const read of operations) {
    if (read.kind !== 'read' || read.outcome !== 'read') continue;
    for (const { kind, actor, counter, outcome, amount, end } of operations) {
      const isPromised =
        kind === 'increment' && outcome === 'recorded' && counter === read.counter && end < read.start;
      if (!isPromised || read.unheard.includes(actor) || isWithin(amount, read.value)) continue;
      throw new InvariantViolation(
        `a read of ${counter} at ${read.actor}, ${Math.round(read.start)} ms, misses 8^${amount.toString(8).length - 1}, a 202 of ${actor} at ${Math.round(end)} ms`,
      );
    }
  }
}
