import test from 'ava';
import { check, describe } from './check.ts';
import { type Case, corrupted } from './forgery.ts';
import { type Recorded, recordSeed, tracesOf } from './simulated.ts';

/** Seeds whose traces are tried in turn until one has what is to be corrupted. */
const SEEDS = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26];
const recordings = new Map<number, Recorded>();

function recording(seed: number): Recorded {
  const known = recordings.get(seed) ?? recordSeed(seed);
  recordings.set(seed, known);
  return known;
}

/** A test for each: the checker rejects it by that guard. */
export function testRejections(cases: readonly Case[]): void {
  for (const [title, corrupt, guard] of cases) {
    test(`rejected: ${title}`, (t) => {
      for (const seed of SEEDS) {
        const told = corrupted(recording(seed), corrupt);
        if (told === null) continue;
        const { violation } = check(tracesOf(told), { killed: true });
        t.regex(
          violation?.guard ?? 'it passed',
          guard,
          violation === null ? `seed ${seed}` : describe(violation),
        );
        return;
      }
      t.fail('no trace has anything to corrupt');
    });
  }
}
