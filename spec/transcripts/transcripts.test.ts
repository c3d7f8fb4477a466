/** UPDATE_TRANSCRIPTS=1 npx ava spec/transcripts    rewrites what the commands cause; then review the difference. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { perform } from './interpreter.ts';

const isUpdate = process.env.UPDATE_TRANSCRIPTS === '1';
const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.transcript'));

for (const name of names) {
  test(name.replace('.transcript', '').replaceAll('-', ' '), (t) => {
    const file = `${import.meta.dirname}/${name}`;
    const expected = readFileSync(file, 'utf8');
    const actual = perform(expected);
    if (isUpdate) writeFileSync(file, actual);
    t.is(actual, isUpdate ? actual : expected);
  });
}

test('a command that is not known, or that finds nothing to deliver, is an error', (t) => {
  t.throws(() => perform('> cluster a b c\n> incremnt a 1'), { instanceOf: SyntaxError });
  t.throws(() => perform('> increment a 1'), { instanceOf: SyntaxError });
  t.throws(() => perform('> cluster a b c\n> deliver a b'), { instanceOf: RangeError });
  t.throws(() => perform('> cluster a b c\n> show d'), { instanceOf: RangeError });
});

test('what stands below a command is compared, whatever it is', (t) => {
  t.is(
    perform('# a comment\n\n> cluster a b c\nsomething else\n'),
    '# a comment\n\n> cluster a b c\nnothing happens\n',
  );
});
