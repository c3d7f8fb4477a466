import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Line, parseResults } from './line.ts';

/** The last results of `command` on the machine of `lines`, from the directory of `file`; null if there are none. */
export function previous(lines: readonly Line[], file: string, command: string): readonly Line[] | null {
  const machine = machineOf(lines);
  const directory = dirname(file);
  const earlier = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(`-${command}.jsonl`) && join(directory, name) !== file)
    .map((name) => parseResults(readFileSync(join(directory, name), 'utf8')))
    // One that was interrupted, or failed, says nothing.
    .filter((one) => machineOf(one) === machine && one.some(({ type }) => type === 'figure'))
    .sort((a, b) => timeOf(b).localeCompare(timeOf(a)));
  return earlier[0] ?? null;
}

function machineOf(lines: readonly Line[]): string | undefined {
  return lines.find((line) => line.type === 'run')?.machine.id;
}

function timeOf(lines: readonly Line[]): string {
  return lines.find((line) => line.type === 'run')?.time ?? '';
}
