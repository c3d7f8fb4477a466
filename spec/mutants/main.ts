import { Command } from 'commander';
import { integer } from '../command-line.ts';
import { simulate } from './catch.ts';
import { MUTANTS } from './table.ts';

interface Options {
  readonly most: number;
  readonly only: string;
}

const program = new Command('mutants')
  .description('How many runs of the simulation each mutant survives.')
  .option('--most <count>', 'runs of each; what is left out catches all', integer(1, 1_000_000), 30_000)
  .option('--only <text>', 'those with that in their names', '')
  .parse();

const { most, only } = program.opts<Options>();
const mutants = MUTANTS.filter(({ name }) => name.includes(only));
if (mutants.length === 0) program.error(`error: no mutant has ${JSON.stringify(only)} in its name`);
let survivors = 0;
console.log('| Mutant | Breaks | Caught by | Run |\n| --- | --- | --- | --- |');
for (const mutant of mutants) {
  const caught = await simulate(mutant, [1, most]);
  if (caught === null) survivors += 1;
  const by = caught === null ? `**nothing** | ${most}` : `${caught.invariant} | ${caught.seed}`;
  console.log(`| ${mutant.name} | ${mutant.breaks} | ${by} |`);
}
console.log(`\n${mutants.length} mutants, ${survivors} survived`);
if (survivors > 0) process.exit(1);
