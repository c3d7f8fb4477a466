import test from 'ava';
import { compareRatios, NOISE, type Ratio } from '../../bench/benches/noise.ts';
import type { Line } from '../../bench/report/line.ts';

const rate = (value: number): Ratio => ({ name: 'rate', value, better: 'higher' });
const median = (value: number): Ratio => ({ name: 'median', value, better: 'lower' });
const last: Line[] = ['rate', 'median'].map((name) => ({
  type: 'figure',
  command: 'check',
  name,
  params: {},
  value: 1,
  unit: 'x',
}));

const isWorse = (...ratios: Ratio[]) => compareRatios(ratios, last).map((verdict) => verdict.isWorse);

test('what got worse by more than the noise is, in both directions', (t) => {
  t.deepEqual(isWorse(rate(1 - NOISE - 0.01), rate(1 - NOISE + 0.01)), [true, false]);
  t.deepEqual(isWorse(median(1 + NOISE + 0.01), median(1 + NOISE - 0.01)), [true, false]);
});

test('what got better is not worse, however much', (t) => {
  t.deepEqual(isWorse(rate(3), median(0.1)), [false, false]);
});

test('what was not measured before is compared with nothing', (t) => {
  const [verdict] = compareRatios([{ name: 'new', value: 1, better: 'higher' }], last);
  t.false(verdict?.isWorse);
  t.regex(verdict?.text ?? '', /not measured before/);
});

test('the words say both figures and the verdict', (t) => {
  const texts = compareRatios([rate(0.5), median(0.5), rate(1.05)], last).map(({ text }) => text);
  t.deepEqual(texts, [
    'rate: 0.50, was 1.00 (-50 %): worse',
    'median: 0.50, was 1.00 (-50 %): better',
    'rate: 1.05, was 1.00 (+5 %): the same within the noise',
  ]);
});
