/** npm run sim -- --seed N [--messages]     replays one run; a failing one is shrunk, and printed as a transcript
 *  npm run sim -- --seeds N [--from M]      runs so many
 *  npm run sim -- --seconds N [--from M]    runs for so long; both stop at the first violation */
import { parseArgs } from 'node:util';
import { drawPlan } from './plan.ts';
import { runSeed } from './run.ts';
import { shrink, transcribe } from './shrink.ts';
import { Violation } from './violation.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    seconds: { type: 'string' },
    from: { type: 'string', default: '1' },
    messages: { type: 'boolean', default: false },
  },
});

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${option} has to be a whole number of at most 9 digits, not ${JSON.stringify(text)}`);
  process.exit(2);
}

const first = wholeNumber('from', values.seed ?? values.from);
const isOne = values.seed !== undefined;
const most = values.seconds === undefined ? wholeNumber('seeds', values.seeds ?? '1000') : Infinity;
const end = performance.now() + 1_000 * wholeNumber('seconds', values.seconds ?? '999999999');
const started = performance.now();
let [runs, events, virtualMs, slowest] = [0, 0, 0, 0];

function fail(seed: number, violation: Violation): never {
  console.error(`seed ${seed} fails:`, violation);
  const { plan, tries } = shrink(drawPlan(seed), violation.invariant);
  console.error(`\nThe shortest run found that breaks ${violation.invariant} too, after ${tries} others:\n`);
  console.error(transcribe(plan, values.messages));
  console.error(`\nnpm run sim -- --seed ${seed} --messages    replays it`);
  process.exit(1);
}

for (let seed = first; runs < (isOne ? 1 : most) && performance.now() < end; seed += 1) {
  try {
    const report = runSeed(seed);
    runs += 1;
    events += report.events;
    virtualMs += report.virtualMs;
    slowest = Math.max(slowest, report.convergedIn);
    if (isOne) console.log(values.messages ? transcribe(drawPlan(seed), true) : report);
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
