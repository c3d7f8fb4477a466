/** npm run mutants                      how many runs of the simulation each mutant survives
 *  npm run mutants -- --most N          of at most N; 30,000 if it is not said, which catches all
 *  npm run mutants -- --only TEXT       those with that in their names */
import { parseArgs } from 'node:util';
import { simulate } from './catch.ts';
import { MUTANTS } from './table.ts';

const { values } = parseArgs({
  options: { most: { type: 'string', default: '30000' }, only: { type: 'string', default: '' } },
});

const mutants = MUTANTS.filter(({ name }) => name.includes(values.only));
let survivors = 0;
console.log('| Mutant | Breaks | Caught by | Run |\n| --- | --- | --- | --- |');
for (const mutant of mutants) {
  const caught = await simulate(mutant, [1, Number(values.most)]);
  if (caught === null) survivors += 1;
  const by = caught === null ? `**nothing** | ${values.most}` : `${caught.invariant} | ${caught.seed}`;
  console.log(`| ${mutant.name} | ${mutant.breaks} | ${by} |`);
}
console.log(`\n${mutants.length} mutants, ${survivors} survived`);
if (survivors > 0) process.exit(1);
