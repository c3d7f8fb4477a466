/** spec/search has worlds in which the shipped roles take the steps of Quorate.tla: as many states are met on both sides. */
import test from 'ava';
import type { Configuration } from '../search/configuration.ts';
import { EQUAL } from '../search/model.ts';
import { type ModelName, models } from './models.ts';
import { constantsOf, USUAL } from './tables.ts';

/** The models of those worlds, in their order. */
const NAMES: readonly ModelName[] = ['alone', 'alone-with-learners', 'alone-of-five', 'alone-with-a-crash'];

test('each world of the search that takes the steps of the model is a model', (t) => {
  t.is(NAMES.length, EQUAL.length);
});

for (const [place, name] of NAMES.entries()) {
  test(`model ${name} has the constants and the states of its world`, (t) => {
    const world = EQUAL[place];
    if (world === undefined) return t.fail();
    t.is(models[name].distinct, world.states);
    t.deepEqual(constantsOf(name), expected(world.configuration));
  });
}

function expected({ actors, operations, crashes, lost }: Configuration): Record<string, string> {
  const set = (some: readonly string[]) => `{${some.map((one) => actors.indexOf(one) + 1).join(', ')}}`;
  const origins = set([...new Set(operations.map(({ actor }) => actor))]);
  return {
    ...USUAL,
    Actors: set(actors),
    Proposers: origins,
    Origins: origins,
    Learners: lost.includes('chosen') ? '{}' : set(actors),
    Crashing: set(crashes.at),
    Connected: set(actors),
    MaxIncrements: String(operations.length),
    MaxCrashes: String(crashes.most),
  };
}
