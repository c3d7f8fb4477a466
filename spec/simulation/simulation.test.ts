import test from 'ava';
import { runSeed } from './run.ts';

const SEEDS = 1_000;
/** So many in one test, so that it shows how far it is. */
const A_TEST = 100;

/** What has to have happened in sum: else the runs are hollow. */
const OUTCOMES = [
  'increment counted',
  'increment recorded',
  'increment unknown',
  'increment refused',
  'increment lost',
  'read read',
  'read refused',
  'read lost',
  'value read',
];

const outcomes = new Map<string, number>();
const sizes = new Set<number>();

for (let first = 1; first <= SEEDS; first += A_TEST) {
  const last = first + A_TEST - 1;
  test.serial(
    `seeds ${first} to ${last}: safe under faults; when they stop, all is counted and all agree`,
    (t) => {
      for (let seed = first; seed <= last; seed += 1) {
        try {
          const report = runSeed(seed);
          sizes.add(report.actors);
          for (const [kind, count] of Object.entries(report.outcomes)) {
            outcomes.set(kind, (outcomes.get(kind) ?? 0) + count);
          }
        } catch (cause) {
          throw new Error(`seed ${seed} fails; npm run sim -- --seed ${seed}    replays it`, { cause });
        }
      }
      t.pass();
    },
  );
}

test.serial('the runs are not hollow: every kind of outcome happened, in clusters of every size', (t) => {
  t.log(Object.fromEntries(outcomes));
  for (const outcome of OUTCOMES) t.true((outcomes.get(outcome) ?? 0) >= SEEDS / 10, outcome);
  t.deepEqual([...sizes].sort(), [3, 4, 5]);
});

test.serial('a seed replays: the same run, event by event', (t) => {
  t.deepEqual(runSeed(4), runSeed(4));
});
