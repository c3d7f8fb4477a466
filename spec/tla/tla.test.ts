import test from 'ava';
import { check, readConfig, readModule } from './check.ts';
import { models } from './models.ts';

const module = readModule();

for (const [name, { isSmall, distinct }] of Object.entries(models)) {
  if (!isSmall) continue;
  test.serial(`model ${name} holds in all its ${distinct} states`, (t) => {
    const verdict = check(module, readConfig(name));
    t.is(verdict.violation, null, verdict.trace.at(-1));
    t.is(verdict.distinct, distinct);
  });
}

test('what is no verdict throws', (t) => {
  const config = readConfig('ballots');
  t.throws(() => check(module.replace('Init ==', 'Init =='.repeat(2)), config), { message: /ParseError/ });
  t.throws(() => check(module, config.replace('Actors = {1, 2, 3}', '')), { message: /Actors/ });
});
