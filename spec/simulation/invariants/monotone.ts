import { type History, InvariantViolation } from '../history.ts';
import { isWithin } from './digits.ts';

/** `value` never goes down at an actor, restart or not (protocol.md, "value"). */
export function monotone({ operations }: Pick<History, 'operations'>): void {
  const last = new Map<string, bigint>();
  for (const { kind, outcome, actor, counter, value, end } of [...operations].sort((a, b) => a.end - b.end)) {
    if (kind !== 'value' || outcome !== 'read') continue;
    const before = last.get(`${actor} ${counter}`) ?? 0n;
    if (!isWithin(before, value))
      throw new InvariantViolation(`value at ${actor} goes down at ${Math.round(end)} ms`);
    last.set(`${actor} ${counter}`, value);
  }
}
