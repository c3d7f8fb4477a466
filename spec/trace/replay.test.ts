/** The checker of traces, and spec/tla/Replay.tla stepped by tla-checker, say the same of each event. */
import test from 'ava';
import { SeededRandom } from '../history/random.ts';
import { byChance } from './chance.ts';
import { compare, sample } from './compare.ts';
import { corruptions } from './corruptions.ts';
import { corrupted } from './forgery.ts';

/** Of three to five actors and one counter, with crashes, nacks, several ballots, reads and 202s. */
const SEEDS = [19, 21, 5];
const samples = SEEDS.map((seed) => sample(seed, 400));

/** Forged by chance. */
const FORGERIES = 150;

for (const [place, { recorded, replay }] of samples.entries()) {
  test(`all that seed ${SEEDS[place]} recorded, both allow`, (t) => {
    const { events, guard, difference } = compare(recorded, replay);
    t.deepEqual({ guard, difference }, { guard: null, difference: null });
    t.true(events >= 200 && events <= 500, `${events} events`);
  });
}

for (const [title, corrupt] of corruptions) {
  test(`both refuse the same event: ${title}`, (t) => {
    for (const { recorded, replay } of samples) {
      const told = corrupted(recorded, corrupt);
      if (told === null) continue;
      const { guard, difference } = compare(told, replay);
      t.is(difference, null);
      t.not(guard, null);
      return;
    }
    t.fail('no trace has anything to corrupt');
  });
}

test('both say the same of what is forged by chance', (t) => {
  const guards = new Set<string>();
  for (const [place, { recorded, replay, kinds }] of samples.entries()) {
    for (let seed = place; seed < FORGERIES; seed += samples.length) {
      const told = corrupted(recorded, byChance(new SeededRandom(seed), kinds));
      if (told === null) continue;
      const { guard, difference } = compare(told, replay, 20);
      t.is(difference, null, `forgery ${seed}`);
      if (guard !== null) guards.add(guard);
    }
  }
  t.true(guards.size >= 20, [...guards].join('\n'));
});
