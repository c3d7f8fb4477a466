import test from 'ava';
import { check, describe } from './check.ts';
import { contradictions } from './contradictions.ts';
import { corrupted } from './forgery.ts';
import { type Recorded, recordSeed, tracesOf } from './simulated.ts';

/** Seeds whose traces are tried in turn until one has what is to be corrupted. */
const SEEDS = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26];
const recordings = new Map<number, Recorded>();

function recording(seed: number): Recorded {
  const known = recordings.get(seed) ?? recordSeed(seed);
  recordings.set(seed, known);
  return known;
}

for (const [title, corrupt, guard] of contradictions) {
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
