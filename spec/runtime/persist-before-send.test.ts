import test from 'ava';
import { MARK_FLUSH_AFTER } from '../../src/limits.ts';
import { Desk } from './desk.ts';
import { accept, accepted, ask, learn, prepare, promise } from './letters.ts';

test('a promise leaves when it is durable, and not before', (t) => {
  const desk = new Desk().connect();
  desk.driver.receive('b', [prepare('hits', '1.b')]);
  desk.turn();
  t.true(desk.isWriting);
  t.deepEqual(desk.sent(), []);
  t.is(desk.disk.counters.get('hits'), undefined);
  desk.finish();
  t.deepEqual(desk.disk.counters.get('hits')?.register.promise, { round: 1, actor: 'b' });
  t.deepEqual(desk.sent(), ['b: hits promise 1.b, vote none, mark none']);
});

test('no prepare leaves before its own promise is durable; no vote of its own counts before it is', (t) => {
  const desk = new Desk().connect();
  desk.increment('hits', 5);
  desk.turn();
  t.deepEqual(desk.sent(), []);
  desk.finish();
  t.deepEqual(desk.sent(), ['b: hits prepare 1.a', 'c: hits prepare 1.a']);
  desk.driver.receive('b', [promise('hits', '1.a')]);
  desk.turn();
  t.deepEqual(desk.sent(), ['b: hits accept 1.a/1 = 5 {a#1.1}']);
  desk.driver.receive('b', [accepted('hits', '1.a/1')]);
  desk.turn();
  t.deepEqual(desk.answers, [], 'b and a are a majority, but the vote of a is not durable');
  desk.finish();
  t.deepEqual(desk.answers, ['1: counted 5, slot 1']);
  t.deepEqual(desk.sent(), [], 'nobody waits for the notice');
  desk.tick(1);
  t.deepEqual(desk.sent(), ['b: hits chosen 1.a/1', 'c: hits learn 1.a/1 = 5 {a#1.1}']);
});

test('one write is under way at a time; all counters of a turn are in one write', (t) => {
  const desk = new Desk().connect();
  desk.driver.receive('b', [prepare('x', '1.b'), prepare('y', '1.b')]);
  desk.driver.receive('c', [prepare('z', '1.c'), accept('y', '1.c/1', 3)]);
  desk.turn();
  t.deepEqual(
    desk.writes.map(({ counters }) => counters.map(({ counter }) => counter)),
    [['x', 'y', 'z']],
  );
  desk.driver.receive('b', [prepare('u', '1.b')]);
  desk.turn();
  desk.driver.receive('b', [prepare('v', '1.b')]);
  desk.turn();
  t.is(desk.writes.length, 1);
  desk.finish();
  t.deepEqual(
    desk.writes[1]?.counters.map(({ counter }) => counter),
    ['u', 'v'],
  );
  t.deepEqual(desk.sent(), [
    'b: x promise 1.b, vote none, mark none; y promise 1.b, vote none, mark none',
    'c: z promise 1.c, vote none, mark none; y accepted 1.c/1',
  ]);
});

test('what changes while it is written is written again, and waits for that', (t) => {
  const desk = new Desk().connect();
  desk.driver.receive('b', [prepare('hits', '1.b')]);
  desk.turn();
  desk.driver.receive('b', [accept('hits', '1.b/1', 3)]);
  desk.turn();
  desk.finish();
  t.deepEqual(desk.sent(), ['b: hits promise 1.b, vote none, mark none']);
  t.is(desk.disk.counters.get('hits')?.register.vote, null);
  desk.finish();
  t.deepEqual(desk.sent(), ['b: hits accepted 1.b/1']);
  t.is(desk.disk.counters.get('hits')?.register.vote?.slot, 1);
});

test('what is asked twice while it is written is answered twice, after it', (t) => {
  const desk = new Desk().connect();
  desk.driver.receive('b', [prepare('hits', '1.b')]);
  desk.turn();
  desk.driver.receive('b', [prepare('hits', '1.b')]);
  desk.turn();
  t.deepEqual(desk.sent(), []);
  desk.finish();
  t.is(desk.sent()[0]?.split('promise').length, 3);
  t.is(desk.writes.length, 1);
});

test('a reader is told at once what is durable, and not what is being written', (t) => {
  const desk = new Desk().connect();
  desk.driver.receive('b', [accept('hits', '1.b/1', 3)]);
  desk.turn();
  desk.driver.receive('c', [ask('hits', 1)]);
  desk.turn();
  t.deepEqual(desk.sent(), ['c: hits answer round 1.1: promised none, vote none, mark none, watermark none']);
  desk.finish();
  desk.driver.receive('c', [ask('hits', 2)]);
  desk.turn();
  t.deepEqual(desk.sent(), [
    'b: hits accepted 1.b/1',
    'c: hits answer round 1.2: promised 1.b, vote 1.b/1 = 3 {b#1.1}, mark none, watermark none',
  ]);
});

test('a watermark is of a record that is durable', (t) => {
  const desk = new Desk();
  desk.increment('hits', 5);
  desk.turn();
  desk.driver.linkUp('c', 'disk of c');
  desk.driver.receive('c', [ask('hits', 1)]);
  desk.turn();
  t.regex(desk.sent().join(), /answer round 1.1: .*, watermark none/);
  desk.finish();
  t.deepEqual(desk.answers, ['1: recorded']);
  desk.driver.receive('c', [ask('hits', 2)]);
  desk.turn();
  t.regex(desk.sent().join(), /answer round 1.2: .*, watermark #1.1/);
});

test('one frame per peer and turn', (t) => {
  const desk = new Desk().connect();
  for (const counter of ['x', 'y', 'z']) desk.driver.receive('b', [accept(counter, '1.b/1', 3)]);
  desk.quiet();
  desk.sent();
  for (const counter of ['x', 'y', 'z']) desk.increment(counter, 1);
  desk.read('x');
  desk.turn();
  t.deepEqual(
    desk.frames.map(({ to, messages }) => [to, messages.length]),
    [
      ['b', 4],
      ['c', 1],
    ],
  );
});

test('a 202 leaves when its record is durable', (t) => {
  const desk = new Desk();
  desk.increment('hits', 5);
  desk.turn();
  t.deepEqual(desk.answers, []);
  t.deepEqual(desk.writes[0]?.backlogs, [
    {
      counter: 'hits',
      backlog: { sealed: { number: { incarnation: 1, sequence: 1 }, amount: 5n }, open: null },
    },
  ]);
  desk.finish();
  t.deepEqual(desk.answers, ['1: recorded']);
});

test('a crash takes back what was not durable, and the next life takes a higher round than any that left', (t) => {
  const desk = new Desk().connect();
  desk.increment('hits', 5);
  desk.turn();
  desk.finish();
  desk.store.kill();
  const next = new Desk({ disk: desk.disk }).connect();
  next.increment('hits', 7);
  next.turn();
  next.finish();
  t.deepEqual(next.sent(), ['b: hits prepare 2.a', 'c: hits prepare 2.a']);
});

test('a write that fails: nothing that waited for it leaves, and nothing more is served', (t) => {
  const desk = new Desk().connect();
  desk.increment('hits', 5);
  desk.driver.receive('b', [prepare('other', '1.b')]);
  desk.turn();
  desk.read('hits');
  desk.turn();
  desk.sent();
  desk.fail(new Error('no space left'));
  t.is(desk.failures.length, 1);
  t.deepEqual(desk.answers, ['1: interrupted', '2: interrupted']);
  desk.increment('hits', 5);
  desk.read('hits');
  t.deepEqual(desk.answers.slice(2), ['3: failed', '4: failed']);
  desk.driver.receive('b', [prepare('third', '1.b')]);
  desk.tick(500);
  desk.quiet();
  t.deepEqual(desk.sent(), []);
  t.is(desk.writes.length, 1);
});

test('a write that fails: value is what was durable, also for who waited for more', (t) => {
  const desk = new Desk().connect();
  desk.driver.receive('b', [learn('hits', '1.b/1', 3)]);
  desk.turn();
  desk.tick(MARK_FLUSH_AFTER);
  desk.finish();
  desk.driver.receive('b', [learn('hits', '1.b/2', 4), prepare('other', '1.b')]);
  desk.turn();
  desk.value('hits');
  desk.driver.receive('b', [learn('hits', '1.b/3', 5)]);
  desk.turn();
  desk.value('hits');
  t.deepEqual(desk.answers, []);
  desk.fail(new Error('no space left'));
  t.deepEqual(desk.answers, ['1: 3 {b#1.1}', '2: 3 {b#1.1}']);
  desk.value('hits');
  desk.value('third');
  t.deepEqual(desk.answers.slice(2), ['3: 3 {b#1.1}', '4: nothing']);
});

test('a store that cannot be read has failed, as one that cannot be written', (t) => {
  const desk = new Desk().connect();
  desk.driver.receive('b', [prepare('hits', '1.b')]);
  desk.turn();
  desk.store.load = () => {
    throw new Error('a damaged record');
  };
  desk.increment('other', 5);
  t.deepEqual(desk.answers, ['1: interrupted']);
  desk.value('other');
  t.deepEqual(desk.answers.slice(1), ['2: failed']);
  desk.finish();
  desk.quiet();
  t.deepEqual(desk.sent(), [], 'it has stopped voting');
  t.is(desk.failures.length, 1);
});

test('settle writes what nothing waited for, and tells when it is durable, or never can be', (t) => {
  const desk = new Desk().connect();
  desk.driver.receive('b', [accept('hits', '1.b/1', 3)]);
  desk.quiet();
  let settled = 0;
  desk.driver.settle(() => {
    settled += 1;
  });
  t.is(settled, 1, 'nothing is left to write');
  desk.driver.receive('b', [prepare('hits', '2.b')]);
  desk.turn();
  desk.driver.settle(() => {
    settled += 1;
  });
  t.is(settled, 1);
  desk.fail(new Error('no space left'));
  t.is(settled, 2);
  desk.driver.settle(() => {
    settled += 1;
  });
  t.is(settled, 3);
});

test('a client is told at the end of a turn, when what other actors wait for has left', (t) => {
  const desk = new Desk().connect();
  let before: string[] = [];
  desk.driver.increment('hits', 5n, () => {
    before = desk.sent();
  });
  desk.turn();
  desk.finish();
  desk.driver.receive('b', [promise('hits', '1.a')]);
  desk.turn();
  desk.finish();
  desk.increment('hits', 7);
  desk.turn();
  desk.sent();
  desk.driver.receive('b', [accepted('hits', '1.a/1')]);
  t.deepEqual(before, []);
  desk.turn();
  t.deepEqual(before, ['b: hits chosen 1.a/1; hits accept 1.a/2 = 12 {a#1.2}']);
});
