import test from 'ava';
import { InvalidArgumentError } from 'commander';
import { integer, named, number } from './command-line.ts';

test('a number within its bounds is taken, anything else is told what was expected', (t) => {
  t.deepEqual(['0.5', '1', '2'].map(number(0.5, 2)), [0.5, 1, 2]);
  for (const text of ['', ' ', 'x', 'NaN', '0.4', '3', '-1', 'Infinity']) {
    const error = { instanceOf: InvalidArgumentError, message: 'Expected a number from 0.5 to 2.' };
    t.throws(() => number(0.5, 2)(text), error, text);
  }
});

test('an integer has digits only', (t) => {
  t.deepEqual(['1', '10'].map(integer(1, 10)), [1, 10]);
  for (const text of ['', '1.5', '1e1', '0x1', '+1', ' 1', 'x']) {
    const error = { instanceOf: InvalidArgumentError, message: 'Expected an integer from 1 to 10.' };
    t.throws(() => integer(1, 10)(text), error, text);
  }
  t.throws(() => integer(1, 10)('11'), { instanceOf: InvalidArgumentError });
});

test('names are gathered, all stands for those that it is said to, and an unknown one is told the others', (t) => {
  const parse = named(['a', 'b', 'c'], { all: ['a', 'b'] });
  t.deepEqual(parse('c', parse('a')), ['a', 'c']);
  t.deepEqual(parse('all', ['c']), ['c', 'a', 'b']);
  t.throws(() => parse('d'), { instanceOf: InvalidArgumentError, message: 'There are a, b, c, all.' });
  t.throws(() => named(['a'])('all'), { instanceOf: InvalidArgumentError, message: 'There are a.' });
});
