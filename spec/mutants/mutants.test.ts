import { readFileSync } from 'node:fs';
import test from 'ava';
import { simulate } from './catch.ts';
import { mutate } from './mutant.ts';
import { MUTANTS } from './table.ts';

for (const mutant of MUTANTS) {
  const { name, file, seed, caughtBy } = mutant;

  test.serial(`${name}: is caught by "${caughtBy}" at seed ${seed}`, async (t) => {
    const caught = await simulate(mutant, [seed, seed]);
    t.deepEqual(caught, { invariant: caughtBy, seed }, '`npm run mutants` finds where it falls now');
  });

  test(`${name}: its text is in the source once`, (t) => {
    const source = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
    t.not(mutate(mutant, source), source);
  });
}

test('there are at least 15, each by its own name', (t) => {
  t.true(MUTANTS.length >= 15);
  t.is(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
});

test('a mutant whose text is not in the source, or twice, fails loudly', (t) => {
  const mutant = { name: 'x', file: 'y', from: 'a', to: 'b' };
  for (const source of ['', 'aa']) t.throws(() => mutate(mutant, source), { message: /times, not once/ });
});
