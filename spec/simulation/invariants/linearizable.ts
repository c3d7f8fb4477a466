import { type History, InvariantViolation, type Operation } from '../history.ts';
import { isWithin } from './digits.ts';

/**
 * Consistent reads and the results of increments are linearizable (Herlihy and Wing 1990): the totals tell which
 * increments are in them, so it is enough that they form a chain, that the chain keeps to real time, and that nothing is
 * seen before it was asked for.
 */
export function linearizable({ operations }: Pick<History, 'operations'>): void {
  for (const counter of new Set(operations.map((operation) => operation.counter))) {
    check(operations.filter((operation) => operation.counter === counter));
  }
}

function check(operations: readonly Operation[]): void {
  const increments = operations.filter(({ kind }) => kind === 'increment');
  const told = operations.filter(
    ({ kind, outcome }) => outcome === 'counted' || (kind === 'read' && outcome === 'read'),
  );
  told.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  told.reduce<Operation | null>((lower, higher) => {
    if (lower !== null && !isWithin(lower.value, higher.value))
      fail(lower, higher, 'do not follow from each other');
    const isSame = lower !== null && lower.value === higher.value;
    if (isSame && lower.outcome === 'counted' && higher.outcome === 'counted')
      fail(lower, higher, 'have one result');
    return higher;
  }, null);
  for (const later of told) {
    if (later.kind === 'increment' && !isWithin(later.amount, later.value))
      fail(later, later, 'miss themselves');
    for (const earlier of told) {
      if (earlier.end < later.start && !isWithin(earlier.value, later.value))
        fail(earlier, later, 'go back in time');
    }
    for (const increment of increments) {
      if (later.end < increment.start && isWithin(increment.amount, later.value))
        fail(later, increment, 'foretell');
    }
  }
}

function fail(a: Operation, b: Operation, what: string): never {
  const show = ({ kind, actor, start, end, value }: Operation) =>
    `${kind} at ${actor} from ${Math.round(start)} to ${Math.round(end)} ms = 0o${value.toString(8)}`;
  throw new InvariantViolation(`${a.counter}: ${show(a)} and ${show(b)} ${what}`);
}
