import { readFileSync } from 'node:fs';
import test from 'ava';
import { modelRows, mutationRows, USUAL } from './tables.ts';

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ');

for (const [title, rows] of [
  ['Models', modelRows()],
  ['Mutations', mutationRows()],
] as const) {
  test(`the README has the table of ${title}`, (t) => {
    const [, section = ''] = readme.split(`\n## ${title}\n`);
    const lines = section.split('\n## ')[0]?.match(/^\| .*$/gm) ?? [];
    // Times come after the numbers, and change with the machine.
    for (const [place, row] of rows.entries()) t.true(lines[place + 2]?.startsWith(row), row);
    // Its head, and the line under it.
    t.is(lines.length, rows.length + 2);
  });
}

test('the README says which constants are usual', (t) => {
  for (const [name, value] of Object.entries(USUAL)) t.true(readme.includes(`${name} = ${value}\n`), name);
});
