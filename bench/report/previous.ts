import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Line, type LineOf, parseResults } from './line.ts';

/**
 * The results of the last `command` that passed, of those that were made as `lines` are and on that machine, from the
 * directory of `file`; null if there are none. One that failed is nothing to be as fast as.
 */
export function previous(lines: readonly Line[], file: string, command: string): readonly Line[] | null {
  const how = howMeasured(lines);
  const directory = dirname(file);
  const earlier = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(`-${command}.jsonl`) && join(directory, name) !== file)
    .map((name) => parseResults(readFileSync(join(directory, name), 'utf8')))
    .filter((one) => howMeasured(one) === how && hasPassed(one))
    .sort((a, b) => timeOf(b).localeCompare(timeOf(a)));
  return earlier[0] ?? null;
}

/** All that changes what `check` measures. */
function howMeasured(lines: readonly Line[]): string {
  const run = runOf(lines);
  if (run === undefined) return '';
  const { actors, seconds, warmUp, runIn, isTraced, machine } = run;
  return JSON.stringify([machine.id, machine.policy, actors, seconds, warmUp, runIn, isTraced]);
}

function hasPassed(lines: readonly Line[]): boolean {
  return lines.some((line) => line.type === 'verdict' && line.passed);
}

export function timeOf(lines: readonly Line[]): string {
  return runOf(lines)?.time ?? '';
}

function runOf(lines: readonly Line[]): LineOf<'run'> | undefined {
  return lines.find((line) => line.type === 'run');
}
