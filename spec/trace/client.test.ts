import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { told } from '../history/notes.ts';
import type { Operation } from '../history/operation.ts';
import { Client, readHistory, writeHistory } from './client.ts';
import type { Line } from './line.ts';

/** What `a` has told: 3 for an increment by 3, 202 for one by 4, and 3 to a read and to who asked for the value. */
const LINES = [
  { event: 'answered', status: 200, batch: '1.1+3', value: '3', slot: 1 },
  { event: 'answered', status: 202, batch: '1.2+4' },
  { event: 'read finished', status: 200, round: '1.3', vote: '1.a/1#x', total: '3', unheard: [] },
  { event: 'shown', vote: '1.a/1#x', total: '3' },
].map(
  (event, i) =>
    ({ actor: 'a', incarnation: 1, number: i + 2, clock: i + 2, counter: 'hits', ...event }) as Line,
);

function contradictions(...operations: Operation[]): string[] {
  const client = new Client(operations);
  for (const line of LINES) client.hear(line);
  return client.contradictions();
}

const counted = told('increment', [0, 10], 'counted', 3n, { amount: 3n });
const recorded = told('increment', [20, 30], 'recorded', 0n, { amount: 4n });
const read = told('read', [40, 50], 'read', 3n);

test('answers that the actors gave are fine, and so are those that nobody got', (t) => {
  t.deepEqual(contradictions(counted, recorded, read, told('value', [60, 70], 'read', 3n)), []);
  t.deepEqual(contradictions(counted, recorded, told('increment', [0, 10], 'lost', 0n, { amount: 9n })), []);
});

for (const [title, operation, pattern] of [
  ['a 200 with another value', { ...counted, value: 4n }, /never gave/],
  ['a 200 for another amount', { ...counted, amount: 1n }, /never gave/],
  ['a 200 in the place of a 202', { ...recorded, outcome: 'counted' }, /never gave/],
  ['a read of another value', { ...read, value: 7n }, /never gave/],
  ['an answer of another actor', { ...read, actor: 'b' }, /never gave/],
] as const) {
  test(`contradicts the trace: ${title}`, (t) => {
    t.regex(contradictions(operation).join(), pattern);
  });
}

test('contradicts the trace: an answer to an increment that nobody asked for', (t) => {
  t.regex(contradictions(counted, read).join(), /0x4 of hits at a: 1 answered that nobody asked for/);
  t.deepEqual(contradictions(counted, { ...recorded, outcome: 'lost', end: Infinity }), []);
  t.is(contradictions(counted, { ...recorded, outcome: 'refused' }).length, 1);
});

test('contradicts real time: an increment that begins after its result was read', (t) => {
  t.deepEqual(contradictions(counted, recorded, read), []);
  const late = { ...counted, start: 60, end: 70 };
  t.regex(contradictions(late, recorded, read).join(), /go back in time/);
  t.regex(contradictions({ ...counted, start: 11 }, recorded).join(), /it ended before it began/);
});

test('contradicts the trace: one answer, told twice', (t) => {
  t.is(contradictions(counted, { ...counted }, recorded).length, 1);
});

test('what goes back in real time is found, though every answer was given', (t) => {
  const late = told('increment', [60, 70], 'counted', 3n, { amount: 3n });
  const early = told('read', [0, 5], 'read', 7n);
  const client = new Client([late, early]);
  for (const line of LINES) client.hear(line);
  client.hear({ ...LINES[2], total: '7' } as Line);
  t.regex(client.contradictions().join(), /go back in time/);
});

test('a history is read back as it was written', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-history-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const operations = [counted, { ...recorded, end: Infinity }, { ...read, value: 8n ** 900n }];
  writeHistory(join(directory, 'history.ndjson'), operations);
  t.deepEqual(readHistory(join(directory, 'history.ndjson')), operations);
});
