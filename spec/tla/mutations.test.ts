import test from 'ava';
import { readModule } from './check.ts';
import { mutate } from './mutate.ts';
import { testMutations } from './mutating.ts';
import { isOfReads, mutations } from './mutations.ts';

testMutations(mutations.filter((mutation) => !isOfReads(mutation)));

test('a text that does not stand once in the module is no mutation', (t) => {
  const mutation = { name: 'it', model: 'ballots', caughtBy: 'OneChain' } as const;
  const module = readModule();
  t.throws(() => mutate(module, { ...mutation, replace: [['no such text', '']] }), {
    message: /stands 0 times/,
  });
  t.throws(() => mutate(module, { ...mutation, replace: [['UNCHANGED', '']] }), {
    message: /^it: stands \d+ times/,
  });
});
