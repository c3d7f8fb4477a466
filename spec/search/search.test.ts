import test from 'ava';
import { SEARCHED } from './configurations.ts';
import { MUTANTS } from './mutants.ts';
import { search } from './search.ts';
import { loadRoles } from './shipped.ts';

for (const { configuration, states, depth } of SEARCHED) {
  const extent =
    configuration.depth === Infinity ? 'all states' : `all states to depth ${configuration.depth}`;
  test.serial(`${configuration.name}: ${extent}`, async (t) => {
    const report = search(configuration, await loadRoles());
    t.is(report.counterexample, null, report.counterexample?.actions.join('\n'));
    t.is(report.isExhaustive, configuration.depth === Infinity);
    t.deepEqual({ states: report.states, depth: report.depth }, { states, depth });
  });
}

for (const { name, change, configuration, broken, length } of MUTANTS) {
  test.serial(`is found: ${name}`, async (t) => {
    const { counterexample } = search(configuration, await loadRoles(name.replaceAll(/\W+/g, '-'), [change]));
    if (counterexample === null) return t.fail('it is not');
    const lines = counterexample.actions.map((action, index) => `${index + 1}. ${action}`);
    t.log(`${[...lines, counterexample.broken].join('\n')}`);
    t.regex(counterexample.broken, broken);
    t.is(counterexample.actions.length, length);
  });
}
