import { type History, InvariantViolation } from '../history.ts';
import { isWithin } from './digits.ts';

/** `value` is a chosen total and never goes down at an actor, restart or not (protocol.md, "value"). */
export function monotone({ operations, chosen }: History): void {
  const last = new Map<string, bigint>();
  for (const { kind, outcome, actor, counter, value, end } of [...operations].sort((a, b) => a.end - b.end)) {
    if (kind !== 'value' || outcome !== 'read') continue;
    const before = last.get(`${actor} ${counter}`) ?? 0n;
    if (!isWithin(before, value))
      throw new InvariantViolation(`value at ${actor} goes down at ${Math.round(end)} ms`);
    last.set(`${actor} ${counter}`, value);
    const isChosen = value === 0n || chosen.get(counter)?.some(({ state }) => state.total === value);
    if (!isChosen) throw new InvariantViolation(`value at ${actor}, ${Math.round(end)} ms, was never chosen`);
  }
}
