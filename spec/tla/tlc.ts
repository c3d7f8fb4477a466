/** TLC, in a process of its own: TLA2TOOLS names tla2tools.jar, which runs on Java 11 or later. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { integer, named } from '../command-line.ts';
import { readModule } from './check.ts';
import { type Model, type ModelName, models } from './models.ts';
import { mutate } from './mutate.ts';
import { mutations } from './mutations.ts';

interface Run {
  readonly violation: string | null;
  readonly distinct: number;
  readonly generated: number;
  /** 0 if the search was not completed. */
  readonly depth: number;
  readonly seconds: number;
}

interface Options {
  readonly mutations: boolean;
  readonly workers?: number;
}

const program = new Command('tlc')
  .description('Checks models with TLC, and prints a table. TLA2TOOLS names tla2tools.jar.')
  .argument('[model...]', 'which; all, if none is named', named(Object.keys(models)))
  .option('--mutations', 'runs the mutations instead; each has to fail as mutations.ts says', false)
  .option('--workers <count>', 'of TLC; as many as there are cores, if none are said', integer(1, 1_024))
  .parse();

const { mutations: isMutated, workers = 'auto' } = program.opts<Options>();
const [asked] = program.processedArgs as [ModelName[] | undefined];

const jar = process.env.TLA2TOOLS ?? '';
if (jar === '') fail('Set TLA2TOOLS to the path of tla2tools.jar (github.com/tlaplus/tlaplus/releases).');
if (!existsSync(jar)) fail(`TLA2TOOLS: there is no ${jar}`);
if (spawnSync('java', ['-version']).status !== 0) fail('TLC needs Java 11 or later: `java` does not run.');

const failures = isMutated ? await runMutations() : await runModels();
if (failures > 0) fail(`${failures} not as published`);

async function runModels(): Promise<number> {
  let failed = 0;
  console.log('| model | distinct | generated | depth | seconds | |\n| --- | --- | --- | --- | --- | --- |');
  for (const [name, expected] of Object.entries<Model>(models)) {
    if (asked !== undefined && !asked.includes(name as ModelName)) continue;
    const run = await tlc(readModule(), name as ModelName, String(workers));
    const isAsPublished =
      run.distinct === expected.distinct &&
      run.generated === expected.generated &&
      // With several workers TLC's depth is about right.
      (run.depth === expected.depth || workers !== 1);
    const verdict =
      run.violation ?? (isAsPublished ? 'holds' : `holds, published: ${JSON.stringify(expected)}`);
    if (verdict !== 'holds') failed += 1;
    console.log(
      `| ${name} | ${run.distinct} | ${run.generated} | ${run.depth} | ${run.seconds} | ${verdict} |`,
    );
  }
  return failed;
}

async function runMutations(): Promise<number> {
  let failed = 0;
  console.log('| mutation | model | caught by | distinct states up to it |\n| --- | --- | --- | --- |');
  for (const mutation of mutations) {
    const { name, model, caughtBy } = mutation;
    // One worker: else it is chance which of two violations of the same depth is met first.
    const { violation, distinct } = await tlc(mutate(readModule(), mutation), model, '1');
    if (violation !== caughtBy) failed += 1;
    const verdict = violation === caughtBy ? violation : `${violation}, not by ${caughtBy}`;
    console.log(`| ${name} | ${model} | ${verdict} | ${distinct} |`);
  }
  return failed;
}

async function tlc(module: string, model: ModelName, workers: string): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'quorate-tlc-'));
  try {
    await writeFile(join(folder, 'Quorate.tla'), module);
    await copyFile(new URL(`models/${model}.cfg`, import.meta.url), join(folder, 'Quorate.cfg'));
    const started = performance.now();
    const options = ['-workers', workers, '-noGenerateSpecTE', '-metadir', join(folder, 'states')];
    const { stdout } = spawnSync(
      'java',
      ['-XX:+UseParallelGC', '-cp', jar, 'tlc2.TLC', ...options, 'Quorate.tla'],
      { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 30 },
    );
    return { ...read(stdout), seconds: Math.round((performance.now() - started) / 1_000) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function read(output: string): Omit<Run, 'seconds'> {
  const counts = [...output.matchAll(/^([\d,]+) states generated.*?, ([\d,]+) distinct states found/gm)].at(
    -1,
  );
  const invariant = /^Error: Invariant (\w+) is violated/m.exec(output)?.[1];
  const isUnlive = /^Error: Temporal properties were violated/m.test(output);
  const violation = invariant ?? (isUnlive ? 'EveryIncrementIsCounted' : null);
  const isComplete = output.includes('Model checking completed. No error has been found.');
  if (counts === undefined || isComplete === (violation !== null))
    fail(`TLC did not come to a verdict:\n${output}`);
  const depth = /^The depth of the complete state graph search is (\d+)/m.exec(output)?.[1];
  return { violation, generated: number(counts[1]), distinct: number(counts[2]), depth: Number(depth ?? 0) };
}

function number(text: string | undefined): number {
  return Number(text?.replaceAll(',', ''));
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
