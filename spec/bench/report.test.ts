import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Settings } from '../../bench/benches/bench.ts';
import { judge, Slower } from '../../bench/benches/check.ts';
import { Durations } from '../../bench/load/histogram.ts';
import type { Measured } from '../../bench/load/measured.ts';
import { parseResults } from '../../bench/report/line.ts';
import { demandUsualScheduling } from '../../bench/report/machine.ts';
import { plotsOf } from '../../bench/report/plots.ts';
import { previous, timeOf } from '../../bench/report/previous.ts';
import { Report } from '../../bench/report/report.ts';
import { inMarkdown, inText } from '../../bench/report/table.ts';

function measuredOf(...ms: number[]): Measured {
  const durations = new Durations();
  for (const one of ms) durations.record(one);
  return { operations: ms.length, seconds: 2, durations, beside: 0, cpu: { servers: 10, generator: 20 } };
}

const SETTINGS: Settings = {
  seed: 1,
  seconds: 2,
  warmUp: 0,
  runIn: 0,
  actors: 3,
  durabilities: ['disk'],
  isBrief: false,
  isTraced: false,
  limit: 10,
  rate: 500,
};

async function reportIn(t: ExecutionContext, command = 'check'): Promise<Report> {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-spec-report-'));
  t.teardown(() => rm(directory, { recursive: true }));
  return Report.create({ command, directory, settings: SETTINGS, print: () => {} });
}

test('percentiles of a histogram are those of what was recorded, to three figures', (t) => {
  const durations = new Durations();
  for (let i = 1; i <= 10_000; i += 1) durations.record(i / 100);
  const { p50 = 0, p90 = 0, p99 = 0, p999 = 0, max = 0 } = durations.latency ?? {};
  for (const [found, wanted] of [
    [p50, 50],
    [p90, 90],
    [p99, 99],
    [p999, 99.9],
    [max, 100],
  ] as const) {
    t.true(Math.abs(found / wanted - 1) < 0.002, `${found} is not ${wanted}`);
  }
  t.is(new Durations().latency, null);
});

test('all that is reported is a line that can be read back', async (t) => {
  const report = await reportIn(t);
  report.measurement('increments', measuredOf(1, 2, 3), { clients: 64 });
  report.figure('memory', 12.5, 'MB');
  report.atLeast(0.6, 'of Koa', 0.63);
  report.atLeast(0.6, 'of Koa', { value: 0.59, spread: [0.5, 0.7] });
  report.atMost(1.5, 'of the bounds', 1.6);
  report.sums('increments', { counters: ['a'], total: 3n, recorded: 1 });
  report.skipped('partition', 'it needs root');
  const lines = parseResults(await readFile(report.file, 'utf8'));
  t.deepEqual(lines, report.lines);
  t.deepEqual(
    lines.map(({ type }) => type),
    ['run', 'measurement', 'figure', 'bar', 'bar', 'bar', 'sums', 'skipped'],
  );
  t.deepEqual(
    lines.flatMap((line) => (line.type === 'bar' ? [line.met] : [])),
    [true, false, false],
  );
  t.deepEqual(
    lines.flatMap((line) => (line.type === 'bar' ? [inText(line)] : [])),
    [
      'bar at least 0.6: 0.63 met: of Koa',
      'bar at least 0.6: 0.59 not met (rounds 0.5 to 0.7): of Koa',
      'bar at most 1.5: 1.6 not met: of the bounds',
    ],
  );
  const [measurement] = lines.filter((line) => line.type === 'measurement');
  t.is(measurement?.perSecond, 1.5);
  t.is(measurement?.cpu.servers, 10 / 3);
  t.deepEqual(
    lines.flatMap((line) => (line.type === 'sums' ? [line.recorded, inText(line)] : [])),
    [
      1,
      'sums right: 3 acknowledged in 1 counters, 1 of them by 202, as no majority had counted them in time: increments',
    ],
  );
});

test('a run ends with how many bars were met, and which were not', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-spec-report-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const said: string[] = [];
  const print = (text: string) => void said.push(text);
  const report = await Report.create({ command: 'hot', directory, settings: SETTINGS, print });
  report.atLeast(0.6, 'one', 0.7);
  report.atLeast(0.6, 'two', 0.5);
  report.atMost(1, 'three', 2);
  const [, table = ''] = report.finish();
  t.is(said.at(-1), 'bars: 1 of 3 met; not met: two; three');
  t.true((await readFile(table, 'utf8')).includes(said.at(-1) ?? ''));
});

test('a figure has the digits that it can have', async (t) => {
  const report = await reportIn(t);
  for (const value of [9_153.55866, 0.123456, 1_234_567.8, 12.345]) report.figure('x', value, '/s');
  const texts = report.lines.flatMap((line) =>
    line.type === 'figure' ? [inText(line).slice(1).trim()] : [],
  );
  report.figure('gap', { value: 3_000, isAtLeast: true }, 'ms');
  t.regex(report.lines.map(inText).at(-1) ?? '', / at least 3,000 ms$/);
  t.deepEqual(texts, ['9,154 /s', '0.123 /s', '1,234,568 /s', '12.3 /s']);
});

test('CPU is told per operation, those beside the measured ones as well', async (t) => {
  const report = await reportIn(t);
  report.measurement('reads', { ...measuredOf(1, 2), beside: 3 });
  const [reads] = report.lines.filter((line) => line.type === 'measurement');
  t.deepEqual(reads?.cpu, { servers: 2, generator: 4 });
});

test('a measurement of nothing is no result', async (t) => {
  const report = await reportIn(t);
  t.throws(() => report.measurement('increments', measuredOf()), { message: /nothing was done/ });
});

test('what is no line of results is not taken for one', (t) => {
  t.throws(() => parseResults('{"type":"figure","name":"x"}'));
  t.throws(() => parseResults('nonsense'));
});

test('a run leaves lines, a table and plots, without a number that is none', async (t) => {
  const report = await reportIn(t, 'throughput');
  for (const clients of [1, 64]) {
    report.measurement(`increments, ${clients} clients`, measuredOf(1, 2), { series: 'increments', clients });
  }
  report.measurement('alone', measuredOf(5, 6, 7, 100));
  const files = report.finish();
  t.is(files.length, 4);
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    t.false(/NaN|Infinity|undefined/.test(text), file);
    if (file.endsWith('.svg')) t.is(text.match(/<polyline/g)?.length, 1);
    if (file.endsWith('.md')) t.regex(text, /\| alone \|/);
  }
});

test('what is measured over time is plotted over time, what has several plots in several', async (t) => {
  const report = await reportIn(t, 'soak');
  for (const at of [0, 60]) {
    report.measurement(`after ${at} s`, measuredOf(1, 2), { at });
    report.figure('memory', 100 + at, 'MB', { at });
  }
  for (const plot of ['one client', 'many']) report.measurement(plot, measuredOf(1, 2), { plot });
  t.deepEqual(
    plotsOf(report.lines).map(({ name }) => name),
    ['latency', 'MB', 'latency-one-client', 'latency-many'],
  );
});

test('a plot names each of its curves, within the page, without what all have in common', async (t) => {
  const report = await reportIn(t, 'compare');
  const curves = Array.from({ length: 22 }, (_, index) => `peer ${index}`);
  for (const name of curves)
    report.measurement(`${name}: many clients`, measuredOf(1, 2), { plot: 'many clients' });
  const [{ svg } = { svg: '' }] = plotsOf(report.lines);
  const height = Number(/viewBox="0 0 \d+ (\d+)"/.exec(svg)?.[1]);
  const legend = [...svg.matchAll(/y="([\d.]+)" >(peer \d+)</g)];
  t.deepEqual(
    legend.map(([, , name]) => name),
    curves,
  );
  for (const [, y] of legend) t.true(Number(y) < height, `${y} of ${height}`);
});

test('a curve of millions, whose last percentile is written down as 100, is plotted', async (t) => {
  const report = await reportIn(t, 'latency');
  report.measurement('write without a flush', measuredOf(1, 2));
  const lines = report.lines.map((line) =>
    line.type === 'measurement' ? { ...line, curve: [...line.curve, [100, 3] as [number, number]] } : line,
  );
  t.deepEqual(plotsOf(lines), plotsOf(report.lines));
});

test('what is told by counters, or by rounds, is plotted over them, where there are two', async (t) => {
  const report = await reportIn(t, 'scale');
  for (const counters of [10, 1_000]) {
    report.figure(`${counters} counters: disk`, counters * 3, 'bytes', { counters, series: 'disk' });
  }
  report.figure('10 counters: memory', 3, 'MB', { counters: 10, series: 'memory' });
  for (const round of [1, 2]) report.figure(`round ${round}`, 500, 'ms', { round, series: 'kill -9' });
  const plots = plotsOf(report.lines);
  t.deepEqual(
    plots.map(({ name }) => name),
    ['bytes', 'ms'],
  );
  for (const { svg } of plots) t.is(svg.match(/<polyline/g)?.length, 1);
});

test('the last results are those made in the same way, of the same machine and command, that passed', async (t) => {
  const report = await reportIn(t);
  const text = await readFile(report.file, 'utf8');
  const earlier = async (
    name: string,
    time: string,
    change: (text: string) => string,
    passed: boolean | null,
  ) => {
    const head = change(text.replace(/"time":"[^"]*"/, `"time":"${time}"`));
    const verdict = { type: 'verdict', command: 'check', passed, comparedWith: null, reasons: [] };
    const rest = passed === null ? '' : `${JSON.stringify(verdict)}\n`;
    await writeFile(join(report.file, '..', name), head + rest);
  };
  t.is(previous(report.lines, report.file, 'check'), null);
  await earlier('1-check.jsonl', '2026-01-01', (same) => same, true);
  await earlier('2-check.jsonl', '2026-01-02', (same) => same, true);
  for (const [index, [pattern, other]] of (
    [
      [/"id":"/, '"id":"other'],
      [/"policy":"\w+"/, '"policy":"SCHED_BATCH"'],
      [/"runIn":0/, '"runIn":15'],
      [/"seconds":2/, '"seconds":24'],
      [/"warmUp":0/, '"warmUp":1'],
      [/"actors":3/, '"actors":5'],
      [/"isTraced":false/, '"isTraced":true'],
    ] as const
  ).entries()) {
    t.regex(text, pattern);
    await earlier(`3-${index}-check.jsonl`, '2026-01-03', (same) => same.replace(pattern, other), true);
  }
  await earlier('4-check.jsonl', '2026-01-04', (same) => same, null);
  await earlier('5-check.jsonl', '2026-01-05', (same) => same, false);
  await earlier('6-hot.jsonl', '2026-01-06', (same) => same, true);
  t.is(timeOf(previous(report.lines, report.file, 'check') ?? []), '2026-01-02');
});

test('a check that fails is no measure for the next one, which fails again', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-spec-report-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const check = async (value: number, koa = 2) => {
    // A file is named by its millisecond.
    const now = Date.now();
    while (Date.now() === now);
    const report = await Report.create({ command: 'check', directory, settings: SETTINGS, print: () => {} });
    report.measurement('bare Koa, 64 clients', { ...measuredOf(1), seconds: 1 / koa });
    const run = () => judge([{ name: 'rate', value, better: 'higher' }], report);
    return { run, verdict: () => report.lines.find((line) => line.type === 'verdict') };
  };
  const first = await check(1);
  first.run();
  t.like(first.verdict(), { passed: true, comparedWith: null });
  for (const _ of ['once', 'twice']) {
    const slower = await check(0.5);
    t.throws(slower.run, { instanceOf: Slower, message: /worse/ });
    t.false(slower.verdict()?.passed);
  }
  const elsewhere = await check(1, 3);
  elsewhere.run();
  t.true(elsewhere.verdict()?.passed);
  t.regex(elsewhere.verdict()?.reasons.at(-1) ?? '', /bare Koa, 64 clients: 3\/s, was 2\/s \(\+50 %\)/);
});

test('how a run was made is in its first line', async (t) => {
  const [run] = (await reportIn(t)).lines;
  t.like(run, { type: 'run', ...SETTINGS });
});

test('a bench that is not scheduled as usual does not begin', (t) => {
  t.notThrows(() => demandUsualScheduling('SCHED_OTHER'));
  t.throws(() => demandUsualScheduling('SCHED_BATCH'), {
    message: /by SCHED_BATCH, but has to be by SCHED_OTHER/,
  });
});

test('what was published can still be read', async (t) => {
  const directory = join(import.meta.dirname, '../../bench/results/published');
  const files = (await readdir(directory)).filter((name) => name.endsWith('.jsonl'));
  t.true(files.length > 0);
  for (const file of files) {
    const text = await readFile(join(directory, file), 'utf8');
    t.notThrows(() => inMarkdown(parseResults(text)), file);
  }
});
