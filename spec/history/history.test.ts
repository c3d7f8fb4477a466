import test from 'ava';
import { kept } from './kept.ts';
import { linearizable } from './linearizable.ts';
import { monotone } from './monotone.ts';
import { told } from './notes.ts';
import { InvariantViolation, type Operation } from './operation.ts';
import { recorded } from './recorded.ts';

const historyOf = (...operations: Operation[]) => ({ operations });
const violation = (message: RegExp) => ({ instanceOf: InvariantViolation, message });

const first = told('increment', [0, 10], 'counted', 0o1n, { amount: 0o1n });
const second = told('increment', [20, 30], 'counted', 0o11n, { amount: 0o10n });

for (const [title, wrong, message] of [
  ['a read that misses what was counted before', told('read', [40, 50], 'read', 0o1n), /go back in time/],
  [
    'a result that misses its own increment',
    told('increment', [40, 50], 'counted', 0o1011n, { amount: 0o100n }),
    /miss themselves/,
  ],
  [
    'two increments with one result',
    told('increment', [15, 50], 'counted', 0o11n, { amount: 0o1n }),
    /one result/,
  ],
  [
    'a read that sees what was asked for later',
    told('read', [12, 14], 'read', 0o11n),
    /foretell|back in time/,
  ],
  ['two results of which none has the other', told('read', [25, 50], 'read', 0o101n), /do not follow/],
] as const) {
  test(`linearizable: ${title} is caught`, (t) => {
    t.notThrows(() => linearizable(historyOf(first, second, told('read', [25, 50], 'read', 0o1n))));
    t.throws(() => linearizable(historyOf(first, second, wrong)), violation(message));
  });
}

test('recorded: a read that misses a 202 of an actor that it heard is caught', (t) => {
  const promised = told('increment', [0, 10], 'recorded', 0n, { amount: 0o1n });
  const others = { actor: 'c', unheard: ['a'] };
  t.notThrows(() => recorded(historyOf(promised, told('read', [20, 30], 'read', 0n, others))));
  t.notThrows(() => recorded(historyOf(promised, told('read', [5, 30], 'read', 0n))), 'they overlap');
  t.throws(
    () => recorded(historyOf(promised, told('read', [20, 30], 'read', 0n))),
    violation(/misses increment 8\^0/),
  );
});

test('monotone: a value that goes down at an actor is caught', (t) => {
  const values = [told('value', [11, 20], 'read', 0o1n), told('value', [5, 10], 'read', 0o11n)];
  t.throws(() => monotone(historyOf(...values)), violation(/from 11 to 20 ms: read = 0o1 goes down after/));
  t.notThrows(() => monotone(historyOf(...values.map((value) => ({ ...value, start: 0 })))), 'they overlap');
  const elsewhere = values.map((value, i) => ({ ...value, actor: `${i}` }));
  t.notThrows(() => monotone(historyOf(...elsewhere)));
});

test('kept: a 200 or 202 that is lost, and a refused one that is counted, are caught', (t) => {
  for (const outcome of ['counted', 'recorded'] as const) {
    const history = historyOf(told('increment', [0, 10], outcome, 0n, { amount: 0o1n }));
    t.notThrows(() => kept(history, new Map([['hits', 0o1n]])));
    t.throws(() => kept(history, new Map([['hits', 0o10n]])), violation(/is lost/));
  }
  for (const outcome of ['unknown', 'lost'] as const) {
    const history = historyOf(told('increment', [0, 10], outcome, 0n, { amount: 0o1n }));
    t.notThrows(() => kept(history, new Map([['hits', 0o1n]])));
    t.notThrows(() => kept(history, new Map()));
  }
  const refused = historyOf(told('increment', [0, 10], 'refused', 0n, { amount: 0o1n }));
  t.notThrows(() => kept(refused, new Map()));
  t.throws(() => kept(refused, new Map([['hits', 0o1n]])), violation(/is counted/));
});
