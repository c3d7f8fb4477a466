import { hasDoubled, isWithin, placesOf } from './digits.ts';
import { describe, InvariantViolation, isLinearized, type Operation, type Operations } from './operation.ts';
import { firstDecrease } from './order.ts';

/**
 * Consistent reads and the results of increments are linearizable (Herlihy and Wing 1990): the totals tell which
 * increments are in them, so it is enough that they form a chain, that the chain keeps to real time, and that nothing is
 * seen before it was asked for.
 */
export function linearizable({ operations }: Operations): void {
  for (const ofOne of Map.groupBy(operations, ({ counter }) => counter).values()) {
    const told = ofOne.filter(isLinearized).sort((a, b) => compare(a.value, b.value));
    formChain(told);
    keepToTime(told);
    foretellNothing(told, ofOne);
  }
}

function formChain(told: readonly Operation[]): void {
  for (const one of told) {
    if (hasDoubled(one.value)) fail(one, one, 'count twice');
    if (one.kind === 'increment' && !isWithin(one.amount, one.value)) fail(one, one, 'miss themselves');
  }
  told.reduce<Operation | null>((lower, higher) => {
    if (lower !== null && !isWithin(lower.value, higher.value))
      fail(lower, higher, 'do not follow from each other');
    const isSame = lower !== null && lower.value === higher.value;
    if (isSame && lower.outcome === 'counted' && higher.outcome === 'counted')
      fail(lower, higher, 'have one result');
    return higher;
  }, null);
}

/** In a chain a total includes all that are smaller: what began later has to be at least as large as all that had ended. */
function keepToTime(told: readonly Operation[]): void {
  const decrease = firstDecrease(told);
  if (decrease !== null) fail(decrease.earlier, decrease.later, 'go back in time');
}

/** What a total is the first of the chain to include has begun before the earliest end among it and all larger ones. */
function foretellNothing(told: readonly Operation[], operations: readonly Operation[]): void {
  const asked = new Map<number, Operation>();
  for (const operation of operations) {
    if (operation.kind === 'increment') asked.set(operation.amount.toString(8).length - 1, operation);
  }
  const seen = new Map<number, Operation>();
  for (const one of told.toSorted((a, b) => a.end - b.end)) {
    for (const place of placesOf(one.value)) if (!seen.has(place)) seen.set(place, one);
  }
  for (const [place, first] of seen) {
    const increment = asked.get(place);
    if (increment === undefined) fail(first, first, `include 8^${place}, for which nobody asked`);
    else if (first.end < increment.start) fail(first, increment, 'foretell');
  }
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fail(a: Operation, b: Operation, what: string): never {
  throw new InvariantViolation(`${describe(a)} and ${describe(b)} ${what}`);
}
