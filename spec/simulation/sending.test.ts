import test from 'ava';
import { zero } from '../../src/counter/state.ts';
import type { CounterMessage, CounterRegister } from '../../src/runtime/ports.ts';
import { told } from '../history/notes.ts';
import { InvariantViolation } from '../history/operation.ts';
import { ballot } from '../paxos/notes.ts';
import { History } from './history.ts';
import { covered } from './invariants/covered.ts';
import { durable } from './invariants/durable.ts';
import { marked } from './invariants/marked.ts';
import { promised } from './invariants/promised.ts';
import type { Sending } from './sending.ts';

const low = { ballot: ballot('1.a'), slot: 1, state: { ...zero, total: 0o1n } };
const high = { ballot: ballot('2.a'), slot: 2, state: { ...zero, total: 0o11n } };
const round = { incarnation: 1, sequence: 1 };

function sending(message: CounterMessage, disk: Partial<CounterRegister> = {}): Sending {
  const register = { promise: low.ballot, vote: null, mark: null, ...disk };
  return { from: 'a', counter: 'hits', message, durable: register, history: chosenLow(), now: 100 };
}

/** In which `low` was chosen, and `high` was not. */
function chosenLow(): History {
  const history = new History(3);
  history.sent('a', 'hits', { type: 'accept', vote: low });
  for (const actor of ['a', 'b'])
    history.sent(actor, 'hits', { type: 'accepted', ballot: low.ballot, slot: low.slot });
  return history;
}

const violation = (message: RegExp) => ({ instanceOf: InvariantViolation, message });

test('durable: a promise, a vote or an answer that is told before it is durable is caught', (t) => {
  const { ballot: promise, slot } = high;
  for (const message of [
    { type: 'promise', ballot: promise, vote: null, mark: null },
    { type: 'accepted', ballot: promise, slot },
    { type: 'answer', round, promised: promise, vote: high, mark: null, watermark: null },
  ] as const) {
    t.throws(() => durable(sending(message)), violation(/before it is durable/));
    t.notThrows(() => durable(sending(message, { promise, vote: high })));
  }
});

test('promised: a ballot that its proposer has not promised durably, or of another one, is caught', (t) => {
  const prepare = { type: 'prepare', ballot: high.ballot } as const;
  t.throws(() => promised(sending(prepare)), violation(/not promised durably/));
  t.notThrows(() => promised(sending(prepare, { promise: high.ballot })));
  t.throws(
    () => promised({ ...sending({ type: 'accept', vote: low }), from: 'b' }),
    violation(/ballot of a/),
  );
});

test('marked: a mark that was not chosen is caught, in messages and on disks', (t) => {
  const { ballot: promise, slot } = high;
  t.notThrows(() => marked(sending({ type: 'learn', mark: low })));
  for (const message of [
    { type: 'learn', mark: high },
    { type: 'chosen', ballot: promise, slot },
    { type: 'carried', round, vote: high },
  ] as const)
    t.throws(() => marked(sending(message)), violation(/is chosen/));
  t.throws(() => chosenLow().stored('a', 'hits', { promise, vote: null, mark: high }), {
    message: /not chosen/,
  });
});

test('covered: a 202 that is neither below the watermark nor in the mark is caught', (t) => {
  const answer = { type: 'answer', round, promised: null, vote: null, watermark: null } as const;
  const hidden = sending({ ...answer, mark: null });
  hidden.history.recorded.push(told('increment', [0, 10], 'recorded', 0n, { amount: 0o1n }));
  t.throws(() => covered(hidden), violation(/conceals/));
  t.notThrows(() => covered({ ...hidden, message: { ...answer, mark: low } }));
  t.notThrows(() =>
    covered({ ...hidden, message: { ...answer, mark: null, watermark: { incarnation: 1, sequence: 1 } } }),
  );
  t.notThrows(() => covered({ ...hidden, now: 10 }), 'in the same moment');
});
