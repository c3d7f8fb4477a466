import fc from 'fast-check';

/** The same cases on every machine and in every run. */
const SEED = 1998;

export function holds<T>(property: fc.IProperty<T>, numRuns = 300): void {
  fc.assert(property, { seed: SEED, numRuns });
}
