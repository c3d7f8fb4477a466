import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { integer, named, number } from '../spec/command-line.ts';
import { explain } from '../src/observe/explain.ts';
import type { Bench, Settings } from './benches/bench.ts';
import { benches } from './benches/index.ts';
import { stopAll, temporary } from './during.ts';
import { demandUsualScheduling } from './report/machine.ts';
import { Report } from './report/report.ts';

const INTERRUPTED = 130;
const USAGE = 2;

interface Options extends Omit<Settings, 'durabilities' | 'isBrief' | 'isTraced' | 'seconds'> {
  readonly seconds?: number;
  readonly durability: 'disk' | 'process' | 'both';
  readonly results: string;
  readonly brief: boolean;
  readonly traced: boolean;
}

const names = benches.map(({ name }) => name);
const list = benches.map(({ name, goal }) => `  ${name.padEnd(12)}${goal}`).join('\n');

const program = new Command('bench')
  .description('Puts load on a cluster of real processes, and measures it beside what bounds it.')
  .argument(
    '[command...]',
    'what to measure; all: everything but soak',
    named(names, { all: names.filter((name) => name !== 'soak') }),
  )
  .option('--seconds <count>', 'of each measurement; else as each command has it', number(0.1, 1_000_000))
  .option('--run-in <seconds>', 'under load, after each start of what is measured', number(0, 3_600), 15)
  .option('--warm-up <seconds>', 'before each measurement', number(0, 3_600), 1)
  .option('--seed <number>', 'of the choice of counters', integer(0, 1_000_000), 1)
  .option('--actors <count>', 'of the cluster', integer(1, 128), 3)
  .addOption(
    new Option('--durability <kind>', 'of the actors').choices(['disk', 'process', 'both']).default('both'),
  )
  .option('--brief', 'leaves out what is not needed for the bars', false)
  .option('--limit <counters>', 'at which scale ends', integer(10, 10_000_000), 1_000_000)
  .option('--rate <count>', 'operations a second of soak, a tenth of them reads', integer(1, 100_000), 500)
  .option('--traced', 'holds what the actors did and told against the specification; slow', false)
  .addOption(
    new Option('--results <directory>', 'gets the results').default(
      join(import.meta.dirname, 'results'),
      'bench/results',
    ),
  )
  .addHelpText('after', `\nCommands:\n${list}\n\nWithout a command: latency and throughput, in brief.`)
  .exitOverride();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().finally(() => process.exit(INTERRUPTED)));
}

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    program.parse();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : USAGE;
  }
  const [asked = []] = program.processedArgs as [string[] | undefined];
  const options = program.opts<Options>();
  const names = asked.length === 0 ? ['latency', 'throughput'] : asked;
  const chosen = benches.filter(({ name }) => names.includes(name));
  const impossible = chosen.find(({ actors = options.actors }) => actors !== options.actors);
  if (impossible !== undefined) {
    const { name, actors } = impossible;
    console.error(
      `error: ${name} takes --actors ${actors}, as its peers have as many nodes, not ${options.actors}`,
    );
    return USAGE;
  }
  try {
    demandUsualScheduling();
    await temporary(async () => {
      for (const bench of chosen) {
        await runBench(bench, { ...options, brief: options.brief || asked.length === 0 });
      }
    });
    return 0;
  } catch (error) {
    console.error(`bench: ${explain(error)}`);
    return 1;
  }
}

async function runBench(bench: Bench, options: Options): Promise<void> {
  const { seconds = bench.seconds, durability, results, brief, traced, ...others } = options;
  const durabilities = durability === 'both' ? (['disk', 'process'] as const) : [durability];
  const settings = { ...others, seconds, durabilities, isBrief: brief, isTraced: traced };
  const report = await Report.create({ command: bench.name, directory: results, settings });
  try {
    await bench.run(settings, report);
  } finally {
    console.log(report.finish().join('\n'));
  }
}
