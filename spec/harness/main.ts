import { appendFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { buildChallenge } from '../../scripts/challenge.ts';
import { integer, named, number } from '../command-line.ts';
import type { Cut } from './network.ts';
import { missing } from './network.ts';
import { isPassed, missedDemands, show, summarize } from './report.ts';
import { type Report, runScenario } from './run.ts';
import { scenarioNamed, scenarios } from './scenarios/index.ts';
import { Site } from './site.ts';

const INTERRUPTED = 130;

interface Options {
  readonly nodes?: number;
  readonly seed: number;
  readonly cut: Cut;
  readonly scale: number;
  readonly results: string;
  readonly tarball?: string;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void Site.removeAll().finally(() => process.exit(INTERRUPTED)));
}

const known = scenarios.map(({ name }) => name);
const list = scenarios.map(({ name, nodes, goal }) => `  ${name} (${nodes} nodes)\n      ${goal}`).join('\n');

await new Command('harness')
  .description('Runs the challenge artifact as the challengers would, and tries to break it.')
  .argument(
    '[scenario...]',
    'which; `all` for all of them; smoke, if none is named',
    named(known, { all: known }),
  )
  .option('--nodes <count>', 'how many instances; else as each scenario has it', integer(2, 100))
  .option('--seed <number>', 'of load and faults', integer(0, 2 ** 31), Date.now() % 1_000_000)
  .addOption(
    new Option('--cut <kind>', 'whether cut packets vanish or are refused')
      .choices(['drop', 'reject'])
      .default('drop'),
  )
  .option('--scale <factor>', 'by which all durations are multiplied', number(0.01, 10_000), 1)
  .option('--results <file>', 'gets a JSON line for each scenario', 'logs/harness.jsonl')
  .option('--tarball <file>', 'the artifact; else it is built')
  .addHelpText('after', `\nScenarios:\n${list}`)
  .action(async (names: string[] | undefined, options: Options) => {
    process.exitCode = await main(names ?? ['smoke'], options);
  })
  .parseAsync();

async function main(names: readonly string[], options: Options): Promise<number> {
  const reason = missing();
  if (reason !== null) {
    console.error(`the harness cannot run here: ${reason}`);
    return 2;
  }
  const tarball = options.tarball ?? (await build());
  await mkdir(dirname(options.results), { recursive: true });
  const reports: Report[] = [];
  for (const scenario of names.map(scenarioNamed)) {
    console.log(`\n${scenario.name}: ${scenario.goal}`);
    const report = await runScenario(scenario, { ...options, tarball });
    reports.push(report);
    console.log(show(report));
    const { logs, ...result } = report;
    await appendFile(options.results, `${JSON.stringify(result)}\n`);
    if (!isPassed(report)) console.log(`  logs: ${await keep(logs)}`);
  }
  console.log(`\n${summarize(reports)}\n\nJSON lines: ${options.results}`);
  return reports.every((report) => isPassed(report) && missedDemands(report).length === 0) ? 0 : 1;
}

async function build(): Promise<string> {
  const tarball = 'dist/challenge.tar.gz';
  console.log(`building ${tarball}`);
  await buildChallenge(tarball);
  return tarball;
}

async function keep(logs: readonly string[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-logs-'));
  await Promise.all(logs.map((log, index) => writeFile(join(directory, `${index + 1}.log`), log)));
  return directory;
}
