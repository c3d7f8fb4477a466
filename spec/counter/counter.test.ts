import test from 'ava';
import { Counter } from '../../src/counter/counter.ts';
import type { CounterShape } from '../../src/counter/machine.ts';
import type { Backlog } from '../../src/counter/origin.ts';
import { apply, type Batch, zero } from '../../src/counter/state.ts';
import type { Register } from '../../src/paxos/message.ts';
import { ballot, worldOf } from '../paxos/notes.ts';
import { number, recorded } from './originating.ts';
import { backlogWords, lines } from './words.ts';

const NOTHING: Register<CounterShape> = { promise: null, vote: null, mark: null };

function counter(register = NOTHING, backlog: Backlog | null = null, incarnation = 1) {
  const world = Object.assign(worldOf('a', 'a', 'b', 'c'), {
    incarnation,
    minority: 'accept' as const,
    commitTimeout: 100,
  });
  const own = new Counter(world, register, backlog, () => ({ register, backlog }));
  return { world, counter: own };
}

const batch: Batch = { origin: 'a', number: number('1.1'), amount: 5n };
const vote = { ballot: ballot('1.b'), slot: 1, state: apply(zero, batch) };

function count(on: Counter, request: number): string[] {
  const effects = on.step({ type: 'increment', request, amount: 5n });
  return lines([...effects, ...on.step({ type: 'turn' })]);
}

test('a batch is settled by the chosen notice of a vote that counts it, though its origin was not told', (t) => {
  const { counter: own } = counter();
  own.step({ type: 'message', from: 'b', message: { type: 'accept', vote: { ...vote, state: zero } } });
  t.deepEqual(count(own, 1), ['to a: submit a#1.1 +5, holder none']);
  own.step({ type: 'message', from: 'b', message: { type: 'accept', vote: { ...vote, slot: 2 } } });
  const told = own.step({
    type: 'message',
    from: 'b',
    message: { type: 'chosen', ballot: vote.ballot, slot: 2 },
  });
  t.deepEqual(lines(told), ['persist register later', 'reply 1: counted 5, slot 2']);
  t.false(own.isBusy);
});

test('told by the proposer, the origin answers before it knows the mark', (t) => {
  const { counter: own } = counter();
  count(own, 1);
  const told = own.step({
    type: 'message',
    from: 'b',
    message: { type: 'counted', slot: 7, outcome: { number: number('1.1'), total: 12n } },
  });
  t.deepEqual(lines(told), ['reply 1: counted 12, slot 7']);
});

test('a push has what is on record sent at once', (t) => {
  const { counter: own } = counter(NOTHING, { sealed: recorded('1.1 +5'), open: null }, 2);
  const pushed = own.step({
    type: 'message',
    from: 'b',
    message: { type: 'push', watermark: number('1.1') },
  });
  t.deepEqual(lines(pushed), ['to a, after the flush: submit a#1.1 +5, holder none']);
});

test('asked by a reader, it tells of what it has answered 202', (t) => {
  const ask = { type: 'ask', round: { incarnation: 1, sequence: 4 } } as const;
  const { counter: own } = counter(NOTHING, { sealed: recorded('1.1 +5'), open: recorded('1.2 +6') }, 2);
  t.deepEqual(lines(own.step({ type: 'message', from: 'b', message: ask })), [
    'to b: answer round 1.4: promised none, vote none, mark none, watermark #1.2',
  ]);
});

test('register and backlog are what they were when it was made of them', (t) => {
  const register = { promise: ballot('2.c'), vote, mark: vote };
  const backlog = { sealed: recorded('1.1 +5'), open: recorded('1.2 +6') };
  const { counter: own } = counter(register, backlog, 2);
  t.deepEqual(own.register, register);
  t.is(backlogWords(own.backlog), 'sealed #1.1 +5, open #1.2 +6');
  t.is(own.holder, 'c');
  t.is(own.mark, vote);
});

test('a mark of a life before settles what was on record, at the first that is learned', (t) => {
  const { counter: own } = counter({ ...NOTHING, mark: vote }, { sealed: recorded('1.1 +5'), open: null }, 2);
  t.deepEqual(lines(own.step({ type: 'liveness' })).slice(-1), ['persist records later']);
  t.is(own.backlog, null);
});

test('it stays in memory as long as something is under way that nobody else will begin again', (t) => {
  const idle = counter();
  t.false(idle.counter.isBusy || idle.counter.isPinned);

  const waiting = counter();
  count(waiting.counter, 1);
  t.true(waiting.counter.isPinned);

  const onRecord = counter(NOTHING, { sealed: recorded('1.1 +5'), open: null });
  t.true(onRecord.counter.isPinned, 'with a majority alive it is on its way');
  onRecord.world.alive = new Set(['a']);
  t.true(onRecord.counter.isBusy);
  t.false(onRecord.counter.isPinned, 'without one the records are enough to go on from');
  count(onRecord.counter, 1);
  t.false(onRecord.counter.isPinned, 'what came meanwhile is on record too');
  onRecord.counter.step({ type: 'read', request: 2, all: false, deadline: 50 });
  t.true(onRecord.counter.isPinned, 'a client waits');
});

test('the earliest of its alarms wakes it', (t) => {
  const { counter: own, world } = counter();
  t.is(own.alarm, null);
  world.alive = new Set(['a']);
  own.step({ type: 'read', request: 1, all: false, deadline: 50 });
  t.is(own.alarm, 50);
  world.alive = new Set(['a', 'b', 'c']);
  count(own, 2);
  t.is(own.alarm, 20, 'the batch is sent again');
  const { counter: only } = counter();
  count(only, 1);
  t.is(only.alarm, 20);
});
