import test from 'ava';
import { runSeed } from './run.ts';

const SEEDS = 2_000;
/** So many in one test, so that it shows how far it is. */
const A_TEST = 100;

/** What has to have happened in sum: else the runs are hollow. */
const HAPPENED = [
  'increment counted',
  'increment recorded',
  'increment unknown',
  'increment refused',
  'increment lost',
  'read read',
  'read refused',
  'read lost',
  'value read',
  'crash',
  'pause',
  'slow process',
  'clock',
  'jump',
  'disk',
  'store failed',
  'slow disk',
  'disk lost',
  'link refused',
  'cut',
  'slow link',
  'weather',
  'ambushed',
  'configure',
];

const happened = new Map<string, number>();
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
          for (const [kind, count] of Object.entries(report.tally))
            happened.set(kind, (happened.get(kind) ?? 0) + count);
        } catch (cause) {
          throw new Error(`seed ${seed} fails; npm run sim -- --seed ${seed}    replays it`, { cause });
        }
      }
      t.pass();
    },
  );
}

test.serial('the runs are not hollow: every kind of outcome and fault, in clusters of every size', (t) => {
  t.log(Object.fromEntries(happened));
  for (const kind of HAPPENED) t.true((happened.get(kind) ?? 0) >= SEEDS / 10, kind);
  t.deepEqual([...sizes].sort(), [3, 4, 5, 6, 7]);
});

test.serial('a seed replays: the same run, event by event', (t) => {
  for (const seed of [4, 5, 6, 7]) t.deepEqual(runSeed(seed), runSeed(seed));
});
