import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ACTIONS, IS_COMPLETE, NO_ACTION, ROWS } from './correspondence.ts';
import { equalTable, mutantsTable, statesTable, stepsTable } from './tables.ts';

const module = readFileSync(join(import.meta.dirname, '../tla/Quorate.tla'), 'utf8');
const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');

/** What `Steps` and `Events` say can happen. */
function actionsOf(text: string): string[] {
  const next = ['Steps(actors)', 'Events'].map((name) => {
    const [, body] = text.split(`\n${name} ==\n`);
    return body?.split('\n\n')[0] ?? '';
  });
  const named = next.join('\n').matchAll(/: *(?:\n *)?([A-Z]\w*)\(\w+(?:, \w+)*\)$/gm);
  return [...new Set([...named].flatMap(([, name]) => name ?? []))].sort();
}

test('each action of Quorate.tla has its row, and no other', (t) => {
  const actions = actionsOf(module);
  t.true(actions.length >= 18);
  t.deepEqual([...ACTIONS.map(({ action }) => action)].sort(), actions);
});

test('every step, message, effect and event is in some row', (t) => {
  t.true(IS_COMPLETE);
  t.is(new Set(ROWS.map(({ action }) => action)).size, ROWS.length);
});

test('the README has the tables as they are', (t) => {
  const text = readme.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
  for (const table of [
    statesTable(),
    mutantsTable(),
    equalTable(),
    stepsTable(ACTIONS),
    stepsTable(NO_ACTION),
  ])
    t.true(text.includes(table), `\n${table}`);
});
