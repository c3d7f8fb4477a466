import test from 'ava';
import { EQUAL, modelState } from './model.ts';
import { search } from './search.ts';
import { loadRoles } from './shipped.ts';

for (const { configuration, states } of EQUAL) {
  test(`${configuration.name}: as many states as Quorate.tla`, async (t) => {
    const met = new Set<string>();
    const report = search(configuration, await loadRoles(), (world, state) =>
      met.add(modelState(world, state)),
    );
    t.is(report.counterexample, null);
    t.true(report.isExhaustive);
    t.is(met.size, states, `of ${report.states}`);
  });
}
