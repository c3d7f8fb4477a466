import { type History, InvariantViolation, type Operation } from '../history.ts';
import { isWithin } from './digits.ts';

/** Each 200 and 202 is counted, each refused never (protocol.md, "What an increment is answered"); `finals` after heal. */
export function kept({ operations }: Pick<History, 'operations'>, finals: ReadonlyMap<string, bigint>): void {
  for (const operation of operations) {
    if (operation.kind !== 'increment') continue;
    const isCounted = isWithin(operation.amount, finals.get(operation.counter) ?? 0n);
    if (mustCount(operation) && !isCounted) throw new InvariantViolation(`${describe(operation)} is lost`);
    if (operation.outcome === 'refused' && isCounted)
      throw new InvariantViolation(`${describe(operation)} is counted`);
  }
}

function mustCount({ outcome }: Operation): boolean {
  return outcome === 'counted' || outcome === 'recorded';
}

function describe({ actor, counter, amount, outcome, start }: Operation): string {
  return `increment 8^${amount.toString(8).length - 1} of ${counter} at ${actor}, ${Math.round(start)} ms, ${outcome},`;
}
