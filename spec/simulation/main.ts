import { Command } from 'commander';
import { integer } from '../command-line.ts';
import { drawPlan } from './plan.ts';
import { runSeed } from './run.ts';
import { shrink, transcribe } from './shrink.ts';
import { Violation } from './violation.ts';

interface Options {
  readonly seed?: number;
  readonly seeds: number;
  readonly seconds?: number;
  readonly from: number;
  readonly messages: boolean;
}

const MOST_SEEDS = 999_999_999;

const { seed: only, ...options } = new Command('sim')
  .description(
    'Runs of simulated clusters, up to the first violation: that one is shrunk, and told step by step.',
  )
  .option('--seed <number>', 'this run only', integer(0, MOST_SEEDS))
  .option('--seeds <count>', 'so many runs', integer(1, MOST_SEEDS), 1_000)
  .option('--seconds <count>', 'runs for so long', integer(1, 1_000_000))
  .option('--from <number>', 'the first seed', integer(0, MOST_SEEDS), 1)
  .option('--messages', 'with --seed: tells the run step by step, with its messages', false)
  .parse()
  .opts<Options>();

const isOne = only !== undefined;
const first = only ?? options.from;
const most = isOne ? 1 : options.seconds === undefined ? options.seeds : Infinity;
const end = performance.now() + 1_000 * (options.seconds ?? Infinity);
const started = performance.now();
let [runs, events, virtualMs, slowest] = [0, 0, 0, 0];

function fail(seed: number, violation: Violation): never {
  console.error(`seed ${seed} fails:`, violation);
  const { plan, tries } = shrink(drawPlan(seed), violation.invariant);
  console.error(`\nThe shortest run found that breaks ${violation.invariant} too, after ${tries} others:\n`);
  console.error(transcribe(plan, options.messages));
  console.error(`\nnpm run sim -- --seed ${seed} --messages    replays it`);
  process.exit(1);
}

for (let seed = first; runs < most && performance.now() < end; seed += 1) {
  try {
    const report = runSeed(seed);
    runs += 1;
    events += report.events;
    virtualMs += report.virtualMs;
    slowest = Math.max(slowest, report.convergedIn);
    if (isOne) console.log(options.messages ? transcribe(drawPlan(seed), true) : report);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    fail(seed, error);
  }
}

const seconds = (performance.now() - started) / 1_000;
const hours = virtualMs / 3_600_000;
console.log(
  `${runs} runs, ${events} events, ${hours.toFixed(2)} virtual hours in ${seconds.toFixed(1)} s:`,
  `${Math.round(events / seconds)} events/s, ${(hours / seconds).toFixed(4)} virtual hours/s, no violation`,
);
console.log(`After the faults, all was answered, counted and agreed upon in at most ${slowest} virtual ms.`);
