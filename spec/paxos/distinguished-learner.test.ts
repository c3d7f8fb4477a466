import test from 'ava';
import { TELL_PAUSE } from '../../src/limits.ts';
import { DistinguishedLearner } from '../../src/paxos/distinguished-learner.ts';
import { lines, type Notes, vote, worldOf } from './notes.ts';

/** Of a, which was chosen with b: c and d were not asked. */
function telling() {
  const world = worldOf('a', 'a', 'b', 'c', 'd');
  const learner = new DistinguishedLearner<Notes>(world);
  return {
    world,
    learner,
    chosen(text: string, origins: string[] = [], asked: string[] = ['a', 'b']): string[] {
      return lines(learner.chosen(vote(text), { asked, accepted: ['a', 'b'], origins }));
    },
    tickAt(now: number, text: string | null): string[] {
      world.now = now;
      return lines(learner.tick(text === null ? null : vote(text)));
    },
  };
}

test('who was asked is told the name of the vote, who was not the state', (t) => {
  const { chosen, learner } = telling();
  t.deepEqual(chosen('1.a/1 a1'), [
    'to a: learn 1.a/1 = [a1]',
    'to b, at leisure: chosen 1.a/1',
    'to c, at leisure: learn 1.a/1 = [a1]',
    'to d, at leisure: learn 1.a/1 = [a1]',
  ]);
  t.is(learner.alarm, null);
});

test('the state is not told again at once, but to an origin; then the last one is', (t) => {
  const { chosen, learner, tickAt } = telling();
  chosen('1.a/1 a1');
  t.deepEqual(chosen('1.a/2 a1 c1', ['c', 'b']), [
    'to a: learn 1.a/2 = [a1 c1]',
    'to b, at leisure: chosen 1.a/2',
    'to c, at leisure: learn 1.a/2 = [a1 c1]',
  ]);
  chosen('1.a/3 a1 c1 a2');
  t.is(learner.alarm, TELL_PAUSE);
  t.deepEqual(tickAt(TELL_PAUSE - 1, '1.a/3 a1 c1 a2'), []);
  t.deepEqual(tickAt(TELL_PAUSE, '1.a/3 a1 c1 a2'), [
    'to c, at leisure: learn 1.a/3 = [a1 c1 a2]',
    'to d, at leisure: learn 1.a/3 = [a1 c1 a2]',
  ]);
  t.is(learner.alarm, null);
  t.deepEqual(tickAt(9 * TELL_PAUSE, '1.a/3 a1 c1 a2'), []);
});

for (const origins of [[], ['c']]) {
  test(`while votes are chosen all the time, the state is told every TELL_PAUSE ticks; origins: ${origins}`, (t) => {
    const { chosen, world } = telling();
    const told = [];
    for (world.now = 0; world.now <= 3 * TELL_PAUSE; world.now += 1) {
      const isTold = chosen(`1.a/${world.now + 1} a1`, origins).some((line) => line.startsWith('to d'));
      if (isTold) told.push(world.now);
    }
    t.deepEqual(told, [0, TELL_PAUSE, 2 * TELL_PAUSE, 3 * TELL_PAUSE]);
  });
}

test('who was asked after all has nothing left to be told', (t) => {
  const { chosen, learner, tickAt } = telling();
  chosen('1.a/1 a1');
  chosen('1.a/2 a1 a2');
  t.is(learner.alarm, TELL_PAUSE);
  chosen('1.a/3 a1 a2 a3', [], ['a', 'b', 'c']);
  t.deepEqual(tickAt(TELL_PAUSE, '1.a/3 a1 a2 a3'), ['to d, at leisure: learn 1.a/3 = [a1 a2 a3]']);
});

test('who cannot be reached is not told: it asks when it can', (t) => {
  const { chosen, learner, tickAt, world } = telling();
  world.alive = new Set(['a', 'b', 'd']);
  t.deepEqual(chosen('1.a/1 a1').slice(2), ['to d, at leisure: learn 1.a/1 = [a1]']);
  chosen('1.a/2 a1 a2');
  world.alive = new Set(['a', 'b', 'c']);
  t.deepEqual(tickAt(TELL_PAUSE, '1.a/2 a1 a2'), ['to c, at leisure: learn 1.a/2 = [a1 a2]']);
  t.is(learner.alarm, null);
});
