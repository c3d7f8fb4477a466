/** npm run sim -- --seed N            replays one run
 *  npm run sim -- --seeds N [--from M]  runs many, stops at the first violation */
import { parseArgs } from 'node:util';
import { runSeed } from './run.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
  },
});

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${option} has to be a whole number of at most 9 digits, not ${JSON.stringify(text)}`);
  process.exit(2);
}

const first = wholeNumber('from', values.seed ?? values.from);
const count = values.seed === undefined ? wholeNumber('seeds', values.seeds) : 1;
const started = performance.now();
let [events, virtualMs] = [0, 0];
for (let seed = first; seed < first + count; seed += 1) {
  try {
    const report = runSeed(seed);
    events += report.events;
    virtualMs += report.virtualMs;
    if (count === 1) console.log(report);
  } catch (error) {
    console.error(`seed ${seed} fails:`, error);
    console.error(`npm run sim -- --seed ${seed}    replays it`);
    process.exit(1);
  }
}
const seconds = (performance.now() - started) / 1_000;
console.log(
  `${count} runs, ${events} events, ${(virtualMs / 3_600_000).toFixed(2)} virtual hours in ${seconds.toFixed(1)} s:`,
  `${Math.round(events / seconds)} events/s, no violation`,
);
