/** The tables of README.md, but for the spaces in them. */
import { SEARCHED } from './configurations.ts';
import type { Row } from './correspondence.ts';
import { EQUAL } from './model.ts';
import { MUTANTS } from './mutants.ts';

function markdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows.map((cells) => `| ${cells.join(' | ')} |`.replace(/ +/g, ' '));
  const line = `|${' --- |'.repeat(rows[0]?.length ?? 0)}`;
  return [head, line, ...body].join('\n');
}

export function statesTable(): string {
  return markdown([
    ['world', 'states', 'depth', 'always lost'],
    ...SEARCHED.map(({ configuration: { name, lost, depth: most }, states, depth }) => [
      name,
      states.toLocaleString('en'),
      most === Infinity ? `all, ${depth}` : `to ${depth}`,
      lost.join(', '),
    ]),
  ]);
}

export function mutantsTable(): string {
  return markdown([['mutant', 'length'], ...MUTANTS.map(({ name, length }) => [name, String(length)])]);
}

export function equalTable(): string {
  return markdown([
    ['besides', 'states of Quorate.tla, and of the search'],
    ...EQUAL.map(({ constants, states }) => [constants, String(states)]),
  ]);
}

export function stepsTable(rows: readonly Row[]): string {
  return markdown([
    ['Quorate.tla', 'step of a role', 'on', 'gives', 'events'],
    ...rows.map(({ action, steps, takes, gives, events }) => [
      action,
      ...[steps, takes, gives, events].map((words) => words.join(', ')),
    ]),
  ]);
}
