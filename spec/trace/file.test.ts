import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { TraceFile } from '../../src/observe/trace.ts';
import { check } from './check.ts';
import { readTrace } from './read.ts';

const ACTORS = ['a', 'b', 'c'];
const LOADED = { event: 'loaded', promise: null, vote: null, mark: null, sealed: null, open: null };

function temporary(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-trace-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  return join(directory, 'a.ndjson');
}

function open(file: string, incarnation: number, sample = 1): TraceFile {
  const failed = (error: unknown) => {
    throw error;
  };
  return new TraceFile({ file, incarnation, sample, failed });
}

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
const checked = (file: string, killed = true) =>
  check([readTrace(file)], { killed }).violation?.guard ?? null;

test('lives follow each other in one file, and the clock goes on', (t) => {
  const file = temporary(t);
  const first = open(file, 1);
  first.hear(41);
  first.begin('a', ACTORS, 'store').end();
  first.close();
  const second = open(file, 2);
  second.begin('a', ACTORS, 'store').note('hits', LOADED);
  second.close();
  t.like(linesOf(file), [
    { event: 'started', number: 1, clock: 42, after: null },
    { event: 'ended', number: 2, clock: 43 },
    { event: 'started', incarnation: 2, number: 1, clock: 44, after: '1.2' },
    { event: 'loaded', counter: 'hits', number: 2, clock: 45 },
  ]);
  t.is(checked(file), null);
  t.is(checked(file, false), 'a life ends with ended');
});

test('each event has the time at which it was noted, however much later its line leaves', (t) => {
  const file = temporary(t);
  let now = 1_000_000_000;
  const tracer = new TraceFile({
    ...{ file, incarnation: 1, sample: 1, failed: () => t.fail() },
    time: () => {
      now += 0.25;
      return now;
    },
  }).begin('a', ACTORS, 'store');
  tracer.note('hits', LOADED);
  tracer.end();
  t.like(linesOf(file), [{ time: 1_000_000_000.25 }, { time: 1_000_000_000.5 }, { time: 1_000_000_000.75 }]);
  t.is(checked(file, false), null);
});

test('nothing is lost by a kill that was flushed; a torn line is cut off by the next life', (t) => {
  const file = temporary(t);
  const tracer = open(file, 1).begin('a', ACTORS, 'store');
  tracer.note('hits', LOADED);
  t.is(linesOf(file).length, 1, 'what nobody can have seen may be held back');
  tracer.flush();
  t.is(linesOf(file).length, 2);
  appendFileSync(file, '{"actor":"a","incarna');
  t.is(checked(file), null, 'the last line of a life may be torn');
  open(file, 2).begin('a', ACTORS, 'store').end();
  t.is(linesOf(file).length, 4);
  t.is(checked(file, false), null);
});

test('a torn line in the midst of a life is none', (t) => {
  const file = temporary(t);
  const tracer = open(file, 1).begin('a', ACTORS, 'store');
  tracer.note('hits', LOADED);
  tracer.end();
  const [started = '', loaded = '', ended = ''] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [started, loaded.slice(0, 20), ended, ''].join('\n'));
  t.is(checked(file), 'well formed');
});

test('lines that are missing at the end of a life are told by the next', (t) => {
  const file = temporary(t);
  const tracer = open(file, 1).begin('a', ACTORS, 'store');
  tracer.note('hits', LOADED);
  tracer.note('hits', LOADED);
  tracer.flush();
  open(file, 2).begin('a', ACTORS, 'store').end();
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, lines.toSpliced(2, 1).join('\n'));
  t.is(checked(file), 'a life follows the last event of the one before');
});

test('whole counters are sampled, and their events have no gaps', (t) => {
  const file = temporary(t);
  const tracer = open(file, 1, 10).begin('a', ACTORS, 'store');
  for (let i = 0; i < 1_000; i += 1) for (let n = 0; n < 2; n += 1) tracer.note(`counter-${i}`, LOADED);
  tracer.end();
  const count = linesOf(file).length;
  t.true(count > 100 && count < 400, `${count}`);
  t.is(checked(file, false), null);
});

test('a file that holds something else is refused', (t) => {
  const file = temporary(t);
  writeFileSync(file, '{"some": "thing"}\n');
  t.throws(() => open(file, 1), { message: 'the file to trace to holds something else' });
});
