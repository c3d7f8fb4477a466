import test from 'ava';
import { number, Originating, recorded } from './originating.ts';

const ACCEPT = 'the cluster accepts increments without a majority';
const REFUSE = 'the cluster refuses increments without a majority';

function alone(minority: 'accept' | 'refuse' = 'accept'): Originating {
  const originating = new Originating({ minority });
  originating.world.alive = new Set(['a']);
  return originating;
}

test(`${ACCEPT}: none is reachable: the amount is recorded, and durable before 202 leaves`, (t) => {
  const originating = alone();
  t.deepEqual(originating.increments(5, 7), [
    'to a: submit a#1.1 +12, holder none',
    'persist records now',
    'reply 1, after the flush: recorded',
    'reply 2, after the flush: recorded',
  ]);
  t.is(originating.records, 'sealed #1.1 +12, open none');
  t.is(originating.watermark, '1.1');
});

test(`${ACCEPT}: no majority within the time limit: 202 at the limit of each increment`, (t) => {
  const originating = new Originating();
  originating.increments(5);
  originating.world.now = 30;
  originating.increments(7);
  t.is(originating.records, 'none');
  t.is(originating.watermark, null);
  originating.world.alive = new Set(['a']);
  t.is(originating.origin.alarm, 100);
  t.deepEqual(originating.tickAt(99), []);
  t.deepEqual(originating.tickAt(100), ['persist records now', 'reply 1, after the flush: recorded']);
  t.is(originating.records, 'sealed #1.1 +5, open none');
  t.is(originating.origin.alarm, 130);
  t.deepEqual(originating.tickAt(130), ['persist records now', 'reply 2, after the flush: recorded']);
  t.is(originating.records, 'sealed #1.1 +5, open #1.2 +7');
  t.is(originating.watermark, '1.2');
});

test('a batch is below the watermark from when its record is durable', (t) => {
  const { origin } = alone();
  origin.increment(1, 5n);
  origin.turn();
  t.is(origin.watermark(null), null);
  t.deepEqual(origin.watermark(origin.backlog), number('1.1'));
});

test('the backlog of a partition is one sealed and one open batch, however many increments', (t) => {
  const originating = alone();
  originating.increments(1);
  for (let i = 0; i < 1_000; i += 1) {
    t.deepEqual(originating.increments(2), [
      'persist records now',
      `reply ${i + 2}, after the flush: recorded`,
    ]);
  }
  t.is(originating.records, 'sealed #1.1 +1, open #1.2 +2000');
  t.true(originating.origin.isOnRecord);
});

test('a batch that was answered 202 is settled by a mark only: until then it is below the watermark', (t) => {
  const originating = alone();
  originating.increments(5);
  t.deepEqual(originating.counted('1.1', 5), []);
  t.is(originating.watermark, '1.1');
  t.deepEqual(originating.marked('1.1', 5), ['persist records later']);
  t.is(originating.watermark, null);
  t.is(originating.records, 'none');
});

test('who still waits for a batch of which others were answered 202 is told its result', (t) => {
  const originating = new Originating();
  originating.increments(5);
  originating.world.now = 40;
  originating.increments(7);
  originating.counted('1.1', 5);
  originating.world.now = 50;
  originating.increments(1);
  originating.world.now = 140;
  originating.tickAt(140);
  t.is(originating.records, 'sealed #1.2 +7, open none');
  t.deepEqual(originating.marked('1.2', 7, 5, 2), [
    'persist records later',
    'to a: submit a#1.3 +1, holder none',
  ]);
  t.deepEqual(originating.counted('1.3', 13, 3), ['reply 3: counted 13, slot 3']);
});

test('a recorded batch leaves only after its record is durable, with the amount that leaves', (t) => {
  const originating = alone();
  originating.increments(5);
  originating.increments(7);
  originating.increments(1);
  t.deepEqual(originating.liveness('a', 'b'), ['to a, after the flush: submit a#1.1 +5, holder none']);
  t.deepEqual(originating.marked('1.1', 5), [
    'persist records later',
    'persist records now',
    'to a, after the flush: submit a#1.2 +8, holder none',
  ]);
  t.is(originating.records, 'sealed #1.2 +8, open none');
});

test('after a restart: the sealed batch is sent again first, under its own number', (t) => {
  const backlog = { sealed: recorded('1.5 +5'), open: null };
  const originating = new Originating({ backlog, incarnation: 2 });
  t.true(originating.origin.busy);
  t.is(originating.watermark, '1.5');
  t.deepEqual(originating.liveness('a', 'b'), ['to a, after the flush: submit a#1.5 +5, holder none']);
  t.deepEqual(originating.increments(7), [], 'new ones come after it');
  t.deepEqual(originating.marked('1.5', 5), ['persist records later', 'to a: submit a#2.1 +7, holder none']);
});

test('after a restart: the open batch keeps its number, and grows until it is sealed', (t) => {
  const backlog = { sealed: recorded('1.5 +5'), open: recorded('1.6 +6') };
  const originating = new Originating({ backlog, incarnation: 2 });
  originating.increments(4);
  t.is(originating.records, 'sealed #1.5 +5, open #1.6 +10');
  t.deepEqual(originating.marked('1.5', 5), [
    'persist records later',
    'persist records now',
    'to a, after the flush: submit a#1.6 +10, holder none',
  ]);
  t.deepEqual(originating.counted('1.6', 15), ['reply 1: counted 15, slot 1']);
});

test('after a restart: an open batch that nothing was under way before is sealed by the first turn', (t) => {
  const backlog = { sealed: null, open: recorded('1.6 +6') };
  const originating = new Originating({ backlog, incarnation: 2 });
  t.deepEqual(originating.liveness('a', 'b'), [
    'persist records now',
    'to a, after the flush: submit a#1.6 +6, holder none',
  ]);
});

test(`${REFUSE}: none is reachable: certainly not counted, and nothing is recorded`, (t) => {
  const originating = alone('refuse');
  t.deepEqual(originating.increments(5), ['reply 1: refused']);
  t.false(originating.origin.busy);
});

test(`${REFUSE}: what was sent to others when its time is over is unknown, and nothing is recorded`, (t) => {
  const originating = new Originating({ minority: 'refuse' });
  originating.increments(5, 7);
  originating.world.alive = new Set(['a']);
  t.deepEqual(originating.turn(), [], 'its time is not over');
  t.deepEqual(originating.tickAt(100), ['reply 1: unknown', 'reply 2: unknown']);
  t.is(originating.records, 'none');
  t.true(originating.origin.busy, 'it may still be counted, and is what comes before the next');
});

test(`${REFUSE}: what has not left is taken back when the majority is gone`, (t) => {
  const originating = new Originating({ minority: 'refuse' });
  originating.increments(5);
  originating.increments(7, 1);
  originating.world.alive = new Set(['a']);
  t.deepEqual(originating.turn(), ['reply 2: refused', 'reply 3: refused']);
  t.deepEqual(originating.counted('1.1', 5), ['reply 1: counted 5, slot 1']);
  t.false(originating.origin.busy);
});

test(`${REFUSE}: what is taken back at its time is not in the batch of those that came after it`, (t) => {
  const originating = new Originating({ minority: 'refuse' });
  originating.increments(5);
  originating.increments(7);
  originating.world.now = 30;
  originating.increments(1, 2);
  t.deepEqual(originating.tickAt(100).slice(0, 2), ['reply 1: unknown', 'reply 2: refused']);
  t.deepEqual(originating.counted('1.1', 5), ['to a: submit a#1.2 +3, holder none']);
  t.deepEqual(originating.counted('1.2', 8, 2), ['reply 3: counted 6, slot 2', 'reply 4: counted 8, slot 2']);
});

test(`${REFUSE}: what was recorded under another setting is kept, and what joins it can be taken back`, (t) => {
  const backlog = { sealed: recorded('1.5 +5'), open: recorded('1.6 +6') };
  const originating = new Originating({ minority: 'refuse', backlog, incarnation: 2 });
  originating.increments(4);
  originating.world.alive = new Set(['a']);
  t.deepEqual(originating.turn(), ['reply 1: refused']);
  t.is(originating.records, 'sealed #1.5 +5, open #1.6 +6');
});

test('without a majority here, a pushed batch goes to the reader, who may have one', (t) => {
  const originating = new Originating();
  originating.world.alive = new Set(['a']);
  originating.increments(5);
  t.true(originating.push('b').includes('to b, after the flush: submit a#1.1 +5, holder none'));
  originating.world.alive = new Set(['a', 'b']);
  t.false(originating.push('b').some((line) => line.startsWith('to b')));
});
