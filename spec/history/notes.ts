import type { Operation } from './operation.ts';

/** In tests: what a client of a did from `start` to `end`. The first increment is 0o1, the second 0o10, the third 0o100. */
export function told(
  kind: Operation['kind'],
  [start, end]: readonly [number, number],
  outcome: Operation['outcome'],
  value: bigint,
  rest: Partial<Pick<Operation, 'actor' | 'amount' | 'unheard'>> = {},
): Operation {
  return { kind, actor: 'a', counter: 'hits', amount: 0n, unheard: [], start, end, outcome, value, ...rest };
}
