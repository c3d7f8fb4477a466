import test from 'ava';
import { zero } from '../../src/counter/state.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { ballot } from '../paxos/notes.ts';
import { History, InvariantViolation, type Operation } from './history.ts';
import { chain } from './invariants/chain.ts';
import { kept } from './invariants/kept.ts';
import { linearizable } from './invariants/linearizable.ts';
import { monotone } from './invariants/monotone.ts';
import { once } from './invariants/once.ts';
import { recorded } from './invariants/recorded.ts';
import { shown } from './invariants/shown.ts';

/** Totals in base 8: the first increment is 0o1, the second 0o10, the third 0o100. */
const ACTORS = 3;

/** A client of a, from `start` to `end`. */
function told(
  kind: Operation['kind'],
  [start, end]: readonly [number, number],
  outcome: Operation['outcome'],
  value: bigint,
  rest: Partial<Pick<Operation, 'actor' | 'amount' | 'unheard'>> = {},
): Operation {
  return { kind, actor: 'a', counter: 'hits', amount: 0n, unheard: [], start, end, outcome, value, ...rest };
}

function historyOf(...operations: Operation[]): History {
  const history = new History(ACTORS);
  history.operations.push(...operations);
  return history;
}

const about = (message: Extract<PeerMessage, { type: 'counter' }>['message']): PeerMessage => ({
  type: 'counter',
  counter: 'hits',
  message,
});

function propose(history: History, name: string, slot: number, total: bigint): void {
  const vote = { ballot: ballot(name), slot, state: { ...zero, total } };
  history.sent(name.slice(-1), about({ type: 'accept', vote }));
}

function accepted(history: History, name: string, slot: number, ...actors: string[]): void {
  for (const actor of actors) history.sent(actor, about({ type: 'accepted', ballot: ballot(name), slot }));
}

/** A vote that a and b have accepted. */
function choose(history: History, name: string, slot: number, total: bigint): void {
  propose(history, name, slot, total);
  accepted(history, name, slot, 'a', 'b');
}

const violation = (message: RegExp) => ({ instanceOf: InvariantViolation, message });

test('a vote is chosen when a majority has accepted it, and not before', (t) => {
  const history = new History(ACTORS);
  propose(history, '1.a', 1, 0o1n);
  accepted(history, '1.a', 1, 'a', 'a');
  t.is(history.chosen.size, 0);
  accepted(history, '1.a', 1, 'c', 'b');
  t.deepEqual(
    history.chosen.get('hits')?.map(({ slot }) => slot),
    [1],
  );
});

test('a (ballot, slot) with two different states is caught', (t) => {
  const history = new History(ACTORS);
  propose(history, '1.a', 1, 0o1n);
  propose(history, '1.a', 1, 0o1n);
  t.throws(() => propose(history, '1.a', 1, 0o10n), violation(/carries two different states/));
});

test('a vote that is accepted and was never proposed is caught', (t) => {
  t.throws(() => accepted(new History(ACTORS), '1.a', 1, 'a', 'b'), violation(/nobody proposed it/));
});

test('chain: chosen states that do not carry each other on are caught, in whatever order they were chosen', (t) => {
  const history = new History(ACTORS);
  choose(history, '2.b', 1, 0o11n);
  choose(history, '1.a', 1, 0o1n);
  t.notThrows(() => chain(history));
  choose(history, '1.a', 2, 0o101n);
  t.throws(() => chain(history), violation(/slot 1 does not carry on slot 2/));
});

test('once: an increment that a chosen state counts twice is caught', (t) => {
  const history = new History(ACTORS);
  choose(history, '1.a', 1, 0o111n);
  t.notThrows(() => once(history));
  choose(history, '1.a', 2, 0o121n);
  t.throws(() => once(history), violation(/slot 2 counts an increment twice/));
});

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
  t.throws(() => recorded(historyOf(promised, told('read', [20, 30], 'read', 0n))), violation(/misses 8\^0/));
});

test('monotone: a value that goes down at an actor is caught', (t) => {
  const values = [told('value', [0, 20], 'read', 0o1n), told('value', [5, 10], 'read', 0o11n)];
  t.throws(() => monotone(historyOf(...values)), violation(/goes down at 20 ms/));
  const elsewhere = values.map((value, i) => ({ ...value, actor: `${i}` }));
  t.notThrows(() => monotone(historyOf(...elsewhere)));
});

test('shown: a value that was never chosen is caught', (t) => {
  const history = historyOf(told('value', [0, 10], 'read', 0n), told('value', [20, 30], 'read', 0o1n));
  t.throws(() => shown(history), violation(/was never chosen/));
  choose(history, '1.a', 1, 0o1n);
  t.notThrows(() => shown(history));
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
