import test from 'ava';
import type { Step } from '../simulation/steps.ts';
import { check, describe } from './check.ts';
import { change, corrupted, type Forged } from './forgery.ts';
import { recordSeed, tracesOf } from './simulated.ts';
import { BATCHES } from './state.ts';

/** Crashes, cuts, slow disks, full disks, pauses: whatever the simulation draws. */
const SEEDS = [
  ...Array.from({ length: 40 }, (_, i) => i + 1),
  // A mark is told whose proposer was not: both who voted for it stopped before they said so, and a read round found their votes.
  1_919,
];

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

/** An actor that another holds for is cut off, comes back, counts many batches at once, and crashes before its disk says so. */
function comesBackBusy(origin: string): readonly Step[] {
  const increment = (at: number, actor: string): Step => ({
    kind: 'increment',
    at,
    actor,
    counter: 'hits',
    again: null,
  });
  const cutFrom = (other: string, lasts: number): Step => ({
    kind: 'cut',
    at: 500,
    for: lasts,
    ways: [
      [origin, other],
      [other, origin],
    ],
  });
  return [
    increment(100, 'a'),
    // The holder is back first: it stays the holder.
    ...[cutFrom('a', 800), cutFrom('b', 2_000)],
    increment(900, origin),
    ...Array.from({ length: 2 * BATCHES }, (_, i) => increment(1_400 + 10 * i, origin)),
    { kind: 'crash', at: 1_400 + 20 * BATCHES, for: 100, actors: [origin] },
  ];
}

test('what is on record is sealed again, however many batches were counted since', (t) => {
  const actors = ['a', 'b', 'c'];
  const climate = { loss: 0, duplication: 0, delay: 1, flush: 1 };
  const steps = comesBackBusy('c');
  const recorded = recordSeed(1, (plan) => ({
    ...{ ...plan, actors, climate, steps },
    counters: ['hits'],
    minority: 'accept',
  }));
  const { violation } = check(tracesOf(recorded), { killed: true });
  t.is(violation && describe(violation), null);

  const guardOf = (fields: (line: Forged) => object) => {
    const again = (line: Forged) => line.event === 'sealed' && line.incarnation === 2;
    const told = corrupted(recorded, change('sealed', again, fields));
    t.truthy(told, 'it was sealed again');
    return told === null ? null : check(tracesOf(told), { killed: true }).violation?.guard;
  };
  t.is(
    guardOf(({ batch }) => ({ batch: `${batch}0` })),
    'batch numbers grow',
    'with another amount',
  );
  t.is(
    guardOf(() => ({ batch: '1.2+64' })),
    'batch numbers grow',
    'one that is not on record',
  );
});
