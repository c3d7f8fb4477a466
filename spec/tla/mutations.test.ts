import test from 'ava';
import { check, readConfig, readModule } from './check.ts';
import { mutate } from './mutate.ts';
import { mutations } from './mutations.ts';

const module = readModule();

for (const mutation of mutations) {
  test(`${mutation.name}: ${mutation.caughtBy} catches it`, (t) => {
    const { violation } = check(mutate(module, mutation), readConfig(mutation.model));
    t.is(violation, mutation.caughtBy);
  });
}

test('a text that does not stand once in the module is no mutation', (t) => {
  const mutation = { name: 'it', model: 'ballots', caughtBy: 'OneChain' } as const;
  t.throws(() => mutate(module, { ...mutation, replace: [['no such text', '']] }), {
    message: /stands 0 times/,
  });
  t.throws(() => mutate(module, { ...mutation, replace: [['UNCHANGED', '']] }), {
    message: /^it: stands \d+ times/,
  });
});
