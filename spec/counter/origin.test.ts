import test from 'ava';
import { MAX_PATIENCE } from '../../src/limits.ts';
import { ballot } from '../paxos/notes.ts';
import { Originating, recorded } from './originating.ts';

test('increments of one turn travel as one batch, sent here for whoever holds the counter', (t) => {
  const originating = new Originating();
  t.deepEqual(originating.increments(5, 7, -2), ['to a: submit a#1.1 +10, holder none']);
});

test('each increment gets its own result, in the order of arrival: total - amount + running sum', (t) => {
  const originating = new Originating();
  originating.increments(5, 7, -2);
  t.deepEqual(originating.counted('1.1', 110, 4), [
    'reply 1: counted 105, slot 4',
    'reply 2: counted 112, slot 4',
    'reply 3: counted 110, slot 4',
  ]);
  t.false(originating.origin.busy);
});

test('each one’s own result is exact at 1,000 digits', (t) => {
  const digits = 10n ** 1_000n - 1n;
  const originating = new Originating();
  originating.increments(digits, 1n);
  t.deepEqual(originating.counted('1.1', 2n * digits + 1n), [
    `reply 1: counted ${2n * digits}, slot 1`,
    `reply 2: counted ${2n * digits + 1n}, slot 1`,
  ]);
});

test('one batch under way at a time; what arrives meanwhile is gathered in the next one', (t) => {
  const originating = new Originating();
  originating.increments(5);
  t.deepEqual(originating.increments(7), []);
  t.deepEqual(originating.increments(1, 1), []);
  t.deepEqual(originating.counted('1.1', 5), [
    'reply 1: counted 5, slot 1',
    'to a: submit a#1.2 +9, holder none',
  ]);
  t.deepEqual(originating.counted('1.2', 14, 2), [
    'reply 2: counted 12, slot 2',
    'reply 3: counted 13, slot 2',
    'reply 4: counted 14, slot 2',
  ]);
});

test('a mark that counts the batch settles it as well, whoever told', (t) => {
  const originating = new Originating();
  originating.increments(5, 7);
  t.deepEqual(originating.marked('1.1', 12, 100, 8), [
    'reply 1: counted 105, slot 8',
    'reply 2: counted 112, slot 8',
  ]);
  t.deepEqual(originating.counted('1.1', 112), [], 'once');
});

test('what counts an earlier batch, or only those of others, settles nothing', (t) => {
  const originating = new Originating({ incarnation: 2 });
  originating.increments(5);
  t.deepEqual(originating.counted('1.9', 50), []);
  t.deepEqual(originating.marked('1.9', 50), []);
  t.true(originating.origin.busy);
});

test('a batch is sent again, under its own number and with its own amount, until a chosen state counts it', (t) => {
  const originating = new Originating();
  originating.increments(5);
  originating.increments(7);
  const alarm = originating.origin.alarm ?? 0;
  t.deepEqual(originating.tickAt(alarm - 1), []);
  t.deepEqual(originating.tickAt(alarm), ['to a: submit a#1.1 +5, holder none']);
  t.deepEqual(originating.liveness('a', 'b', 'c'), ['to a: submit a#1.1 +5, holder none']);
});

test('a holder that does not answer in time is named when the batch is sent again: phase 1 replaces it', (t) => {
  const originating = new Originating();
  originating.replica.highest = ballot('3.b');
  originating.increments(5);
  t.deepEqual(originating.tickAt(originating.origin.alarm ?? 0), ['to a: submit a#1.1 +5, holder none']);
  t.deepEqual(originating.tickAt(originating.origin.alarm ?? 0), ['to a: submit a#1.1 +5, holder 3.b']);
});

test('a batch of a counter that nobody holds goes to the candidate', (t) => {
  const originating = new Originating();
  originating.world.candidate = 'b';
  t.deepEqual(originating.increments(5), ['to b: submit a#1.1 +5, holder none']);
});

test('and of one whose holder is suspected; never of one whose holder is alive', (t) => {
  const originating = new Originating();
  originating.world.candidate = 'b';
  originating.replica.highest = ballot('3.c');
  t.deepEqual(originating.increments(5), ['to a: submit a#1.1 +5, holder none']);
  t.deepEqual(originating.liveness('a', 'b'), ['to b: submit a#1.1 +5, holder 3.c'], 'b may not suspect c');
  originating.replica.highest = ballot('4.b');
  t.deepEqual(originating.liveness('a', 'b'), ['to a: submit a#1.1 +5, holder none']);
});

test('nor of one that is held here, unless it is in its first ballot: taken when this was all there was to do', (t) => {
  const originating = new Originating();
  originating.replica.highest = ballot('1.a');
  t.deepEqual(originating.increments(5), ['to a: submit a#1.1 +5, holder none'], 'alone, the candidate is a');
  originating.counted('1.1', 5);
  originating.world.candidate = 'b';
  t.deepEqual(originating.increments(5), ['to b: submit a#1.2 +5, holder 1.a']);
  for (const later of ['2.a', '1.c']) {
    originating.replica.highest = ballot(later);
    t.deepEqual(originating.liveness('a', 'b', 'c'), ['to a: submit a#1.2 +5, holder none'], later);
  }
});

test('nor of one that is proposed here already', (t) => {
  const originating = new Originating();
  originating.world.candidate = 'b';
  originating.replica.isProposing = true;
  t.deepEqual(originating.increments(5), ['to a: submit a#1.1 +5, holder none']);
});

test('what is on record goes to a candidate after the flush', (t) => {
  const backlog = { sealed: recorded('1.4 +7'), open: null };
  const originating = new Originating({ backlog, incarnation: 2 });
  originating.world.candidate = 'b';
  t.deepEqual(originating.liveness('a', 'b', 'c'), ['to b, after the flush: submit a#1.4 +7, holder none']);
});

test('whoever asks for it again meanwhile, and whoever the candidate is by then: it has the time for one answer', (t) => {
  const originating = new Originating();
  originating.world.candidate = 'b';
  originating.increments(5);
  const { alarm } = originating.origin;
  originating.world.now += 5;
  t.deepEqual(originating.push(), ['to b: submit a#1.1 +5, holder none']);
  originating.world.now += 5;
  originating.world.candidate = 'c';
  t.deepEqual(originating.liveness('a', 'c'), ['to c: submit a#1.1 +5, holder none']);
  t.is(originating.origin.alarm, alarm);
});

for (const [what, again] of [
  ['reads push it', (originating: Originating) => originating.push()],
  [
    'links come and go',
    (originating: Originating) => [...originating.liveness('a', 'b'), ...originating.liveness('a', 'b', 'c')],
  ],
] as const) {
  test(`a holder that does not answer is replaced, however often ${what} meanwhile`, (t) => {
    const backlog = { sealed: recorded('1.4 +7'), open: null };
    const originating = new Originating({ backlog, incarnation: 2 });
    originating.replica.highest = ballot('3.b');
    const sent: string[] = [];
    for (let now = 0; now < 5 * MAX_PATIENCE; now += 5) {
      originating.world.now = now;
      sent.push(...again(originating));
      if (now >= (originating.origin.alarm ?? Infinity)) sent.push(...originating.tickAt(now));
    }
    t.true(sent.includes('to a, after the flush: submit a#1.4 +7, holder 3.b'), 'phase 1 here');
  });
}

test('a candidate that told what became of a batch has answered', (t) => {
  const backlog = { sealed: recorded('1.4 +7'), open: null };
  const originating = new Originating({ backlog, incarnation: 2 });
  originating.world.candidate = 'b';
  originating.liveness('a', 'b', 'c');
  originating.counted('1.4', 7);
  originating.tickAt(originating.origin.alarm ?? 0);
  t.deepEqual(originating.unanswered, []);
});

test('what a candidate does not answer is proposed here', (t) => {
  const originating = new Originating();
  originating.world.candidate = 'b';
  originating.increments(5);
  t.deepEqual(originating.tickAt(originating.origin.alarm ?? 0), ['to a: submit a#1.1 +5, holder none']);
  t.deepEqual(originating.tickAt(originating.origin.alarm ?? 0), ['to a: submit a#1.1 +5, holder none']);
  t.deepEqual(originating.unanswered, ['b'], 'told once');
});

test('the waits between tries grow, and are bounded', (t) => {
  const originating = new Originating();
  originating.world.dice = 0.999_999;
  originating.increments(5);
  originating.counted('1.1', 5);
  Object.assign(originating.world, { commitTimeout: Infinity });
  originating.increments(5);
  const waits = Array.from({ length: 12 }, () => {
    const wait = (originating.origin.alarm ?? 0) - originating.world.now;
    originating.tickAt(originating.world.now + wait);
    return wait;
  });
  t.deepEqual(waits.slice(0, 4), [40, 80, 160, 320]);
  t.is(waits.at(-1), 2 * MAX_PATIENCE);
});

test('numbers grow strictly at their origin', (t) => {
  const originating = new Originating({ incarnation: 3 });
  const numbers = [1, 2, 3].map((i) => {
    const [submit = ''] = originating.increments(1);
    originating.counted(`3.${i}`, i);
    return /#3\.(\d+)/.exec(submit)?.[1];
  });
  t.deepEqual(numbers, ['1', '2', '3']);
});

test('how many ticks a batch took is told', (t) => {
  const originating = new Originating();
  originating.world.now = 10;
  originating.increments(5);
  originating.world.now = 14;
  originating.counted('1.1', 5);
  t.deepEqual(originating.settled, [4]);
});

test('a read that waits for a watermark has the batch sent at once', (t) => {
  const originating = new Originating();
  originating.increments(5);
  t.deepEqual(originating.push(), ['to a: submit a#1.1 +5, holder none']);
});
