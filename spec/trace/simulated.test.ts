import test from 'ava';
import { check, describe } from './check.ts';
import { recordSeed, tracesOf } from './simulated.ts';

/** Crashes, cuts, slow disks, full disks, pauses: whatever the simulation draws. */
const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

test('what simulated clusters do under faults, the specification allows', (t) => {
  let events = 0;
  for (const seed of SEEDS) {
    const { violation, summary } = check(tracesOf(recordSeed(seed)), { killed: true });
    t.is(violation && describe(violation), null, `seed ${seed}`);
    events += summary.events;
  }
  t.true(events > 10_000);
});

test('a trace is the same whenever it is recorded', (t) => {
  t.deepEqual(recordSeed(5), recordSeed(5));
});
