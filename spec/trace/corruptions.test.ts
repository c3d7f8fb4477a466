import test from 'ava';
import { check, describe } from './check.ts';
import { corruptions } from './corruptions.ts';
import { testRejections } from './rejecting.ts';
import { recordSeed, tracesOf } from './simulated.ts';

const clean = recordSeed(11);

test('the trace as it was recorded is allowed, and the events of every kind are in it', (t) => {
  const { violation, summary } = check(tracesOf(clean), { killed: true });
  t.is(violation && describe(violation), null);
  t.true(summary.events > 500 && summary.chosen > 10, JSON.stringify(summary));
});

testRejections(corruptions);
