import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Line, parseResults } from './line.ts';

/** The last results of `command`, as `lines` were measured and on that machine, from the directory of `file`; null if there are none. */
export function previous(lines: readonly Line[], file: string, command: string): readonly Line[] | null {
  const how = howMeasured(lines);
  const directory = dirname(file);
  const earlier = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(`-${command}.jsonl`) && join(directory, name) !== file)
    .map((name) => parseResults(readFileSync(join(directory, name), 'utf8')))
    // One that was interrupted, or failed, says nothing.
    .filter((one) => howMeasured(one) === how && one.some(({ type }) => type === 'figure'))
    .sort((a, b) => timeOf(b).localeCompare(timeOf(a)));
  return earlier[0] ?? null;
}

function howMeasured(lines: readonly Line[]): string {
  const run = lines.find((line) => line.type === 'run');
  return `${run?.machine.id}, run in for ${run?.runIn}`;
}

function timeOf(lines: readonly Line[]): string {
  return lines.find((line) => line.type === 'run')?.time ?? '';
}
