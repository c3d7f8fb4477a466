import test from 'ava';
import { MIN_PATIENCE } from '../../src/limits.ts';
import { Patience } from '../../src/runtime/patience.ts';
import { Originating } from './originating.ts';

test('the time that a batch waited for a majority is not what batches usually take', (t) => {
  const originating = new Originating();
  originating.world.alive = new Set(['a']);
  originating.increments(5);
  // A partition of ten minutes.
  originating.world.now = 60_000;
  originating.liveness('a', 'b', 'c');
  originating.world.now = 60_004;
  originating.marked('1.1', 5);
  const patience = new Patience();
  for (const ticks of originating.settled) patience.settled(ticks);
  t.is(patience.ticks, MIN_PATIENCE);
});
