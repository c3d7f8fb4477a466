import test from 'ava';
import { check, readConfig, readModule } from './check.ts';
import { mutate } from './mutate.ts';
import type { Mutation } from './mutations.ts';

/** A test for each: it fails, and by the invariant that is written beside it. */
export function testMutations(mutations: readonly Mutation[]): void {
  const module = readModule();
  for (const mutation of mutations) {
    test.serial(`${mutation.name}: ${mutation.caughtBy} catches it`, (t) => {
      const { violation } = check(mutate(module, mutation), readConfig(mutation.model));
      t.is(violation, mutation.caughtBy);
    });
  }
}
