import test from 'ava';
import { zero } from '../../src/counter/state.ts';
import { told } from '../history/notes.ts';
import { InvariantViolation } from '../history/operation.ts';
import { ballot } from '../paxos/notes.ts';
import { History } from './history.ts';
import { chain } from './invariants/chain.ts';
import { once } from './invariants/once.ts';
import { shown } from './invariants/shown.ts';

/** Totals in base 8: the first increment is 0o1, the second 0o10, the third 0o100. */
const ACTORS = 3;

function propose(history: History, name: string, slot: number, total: bigint): void {
  const vote = { ballot: ballot(name), slot, state: { ...zero, total } };
  history.sent(name.slice(-1), 'hits', { type: 'accept', vote });
}

function accepted(history: History, name: string, slot: number, ...actors: string[]): void {
  for (const actor of actors) history.sent(actor, 'hits', { type: 'accepted', ballot: ballot(name), slot });
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

test('shown: a value that was never chosen is caught', (t) => {
  const history = new History(ACTORS);
  history.operations.push(told('value', [0, 10], 'read', 0n), told('value', [20, 30], 'read', 0o1n));
  t.throws(() => shown(history), violation(/was never chosen/));
  choose(history, '1.a', 1, 0o1n);
  t.notThrows(() => shown(history));
});
