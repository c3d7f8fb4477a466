import test from 'ava';
import { Desk } from './desk.ts';
import { prepare } from './letters.ts';

/** Who asks the desk for so many promises, each of a counter of its own. */
function ask(desk: Desk, ...counters: string[]): void {
  desk.driver.receive(
    'b',
    counters.map((counter) => prepare(counter, '1.b')),
  );
  desk.turn();
}

function written(desk: Desk): string[][] {
  return desk.writes.map(({ counters }) => counters.map(({ counter }) => counter));
}

/** A desk whose last flush had so many counters. */
function after(...counters: string[]): Desk {
  const desk = new Desk({ flushGroup: 3 }).connect();
  ask(desk, ...counters);
  desk.finish();
  desk.writes.length = 0;
  return desk;
}

test('after a flush of a group the next one waits for as many, and none of them leaves before it', (t) => {
  const desk = after('a', 'b', 'c');
  ask(desk, 'd');
  ask(desk, 'e');
  t.false(desk.isWriting);
  desk.sent();
  ask(desk, 'f');
  t.deepEqual(written(desk), [['d', 'e', 'f']]);
  t.deepEqual(desk.sent(), []);
  desk.finish();
  t.is(desk.sent().length, 1);
});

test('… but no longer than its time; and then the one after it does not wait', (t) => {
  const desk = after('a', 'b', 'c');
  ask(desk, 'd');
  t.false(desk.isWriting);
  desk.delay();
  t.deepEqual(written(desk), [['d']]);
  desk.finish();
  ask(desk, 'e');
  t.deepEqual(written(desk), [['d'], ['e']]);
});

test('a counter counts once, however often it has something to write', (t) => {
  const desk = after('a', 'b', 'c');
  for (const round of ['2', '3', '4']) {
    desk.driver.receive('b', [prepare('d', `${round}.b`)]);
    desk.turn();
  }
  t.false(desk.isWriting);
  desk.delay();
  t.deepEqual(written(desk), [['d']]);
  desk.finish();
  ask(desk, 'e');
  t.deepEqual(written(desk), [['d'], ['e']], 'that was no group');
});

test('after a smaller flush nothing waits', (t) => {
  const desk = after('a', 'b');
  ask(desk, 'd');
  t.deepEqual(written(desk), [['d']]);
});

test('what came while a group was flushed is flushed at once if it is a group, else it gathers', (t) => {
  const desk = new Desk({ flushGroup: 3 }).connect();
  ask(desk, 'a', 'b', 'c');
  ask(desk, 'd', 'e', 'f');
  desk.finish();
  t.deepEqual(written(desk).at(-1), ['d', 'e', 'f']);
  ask(desk, 'g');
  desk.finish();
  t.false(desk.isWriting);
  desk.delay();
  t.deepEqual(written(desk).at(-1), ['g']);
});

test('the time of a flush that did not need it does not shorten the next one', (t) => {
  const desk = after('a', 'b', 'c');
  ask(desk, 'd');
  ask(desk, 'e', 'f');
  desk.finish();
  ask(desk, 'g');
  desk.delay(1);
  t.false(desk.isWriting);
  desk.delay();
  t.deepEqual(written(desk).at(-1), ['g']);
});

test('a stop waits for what gathers', (t) => {
  const desk = after('a', 'b', 'c');
  ask(desk, 'd');
  let isSettled = false;
  desk.driver.settle(() => {
    isSettled = true;
  });
  t.false(isSettled);
  desk.delay();
  t.false(isSettled);
  desk.finish();
  t.true(isSettled);
});
