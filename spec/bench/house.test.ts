import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { benches } from '../../bench/benches/index.ts';

/** Lines that can be read in one sitting, about. */
const LONGEST = 320;

const root = join(import.meta.dirname, '../../bench');

test(`a file has at most ${LONGEST} lines`, (t) => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  t.true(files.length > 20);
  for (const path of files) {
    const lines = readFileSync(join(root, path), 'utf8').split('\n').length - 1;
    t.true(lines <= LONGEST, `${path} has ${lines}: split it by role`);
  }
});

test('the documentation has every command, and no other', (t) => {
  const [commands = ''] = readFileSync(join(root, 'README.md'), 'utf8').split('\n## ');
  const named = [...commands.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name);
  t.deepEqual(
    named,
    benches.map(({ name }) => name),
  );
});
