import type { Operation } from './operation.ts';

export interface Decrease {
  readonly earlier: Operation;
  readonly later: Operation;
}

/** The first operation that began after another had ended, and tells less than that; null if there is none. */
export function firstDecrease(operations: readonly Operation[]): Decrease | null {
  const ended = operations.toSorted((a, b) => a.end - b.end);
  let count = 0;
  let largest: Operation | null = null;
  for (const later of operations.toSorted((a, b) => a.start - b.start)) {
    for (let one = ended[count]; one !== undefined && one.end < later.start; one = ended[count]) {
      if (largest === null || one.value > largest.value) largest = one;
      count += 1;
    }
    if (largest !== null && largest.value > later.value) return { earlier: largest, later };
  }
  return null;
}
