import test from 'ava';
import {
  CATCH_UP_AT_EASE,
  CATCH_UP_EVERY,
  CATCH_UP_PATIENCE,
  CHANGES_A_PAGE,
  MARK_FLUSH_AFTER,
  MARK_FLUSH_LATEST,
} from '../../src/limits.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { Desk, peerWords } from './desk.ts';
import { learn, prepare } from './letters.ts';
import { Office } from './office.ts';

const MANY = Array.from({ length: 2 * CHANGES_A_PAGE + 10 }, (_, i) => `counter-${i}`);

/** `a` knows a mark of each of so many counters; `b` and `c` know nothing, and only `b` gets to hear of `a`. */
function behind(counters: readonly string[]): Office {
  const office = new Office(['a', 'b', 'c']);
  const desk = office.desk('a');
  for (const counter of counters) desk.driver.receive('c', [learn(counter, '1.c/1', 3)]);
  desk.quiet();
  desk.tick(MARK_FLUSH_AFTER);
  desk.quiet();
  return office;
}

const catchUps = (office: Office) =>
  office.sent
    .filter(({ message }) => message.type !== 'counter')
    .map(({ from, message }) => `${from} ${peerWords(message)}`);

/** About the changes of a, not about those of b. */
const isOfA = (line: string) => /^a changed|^b changes/.test(line);

/** `b` asks it what changed since the beginning. */
function ask(desk: Desk): void {
  desk.driver.receive('b', [{ type: 'changes', identity: 'disk of a', since: 0 }]);
  desk.turn();
}

/** How many counters it durably knows a mark of. */
const known = ({ disk }: Desk) => disk.changes.size;

test('on a link, a peer asks what changed since N, page by page, and learns all marks', (t) => {
  const office = behind(MANY);
  office.connect(['a', 'b']);
  // The last page is turned a few ticks after the first one.
  office.tick(MARK_FLUSH_AFTER + 5);
  t.is(known(office.desk('b')), MANY.length);
  t.deepEqual(catchUps(office).filter(isOfA), [
    'b changes since 0',
    `a changed until ${CHANGES_A_PAGE}: ${CHANGES_A_PAGE} and more`,
    `b changes since ${CHANGES_A_PAGE}`,
    `a changed until ${2 * CHANGES_A_PAGE}: ${CHANGES_A_PAGE} and more`,
    `b changes since ${2 * CHANGES_A_PAGE}`,
    `a changed until ${MANY.length}: 10`,
  ]);
});

test('the cost is that of what changed since the last time', (t) => {
  const office = behind(MANY);
  office.connect(['a', 'b']);
  office.tick(MARK_FLUSH_AFTER);
  office.disconnect('a', 'b');
  office.desk('a').driver.receive('c', [learn('counter-7', '1.c/2', 4), learn('new', '1.c/1', 3)]);
  office.tick(MARK_FLUSH_AFTER);
  office.sent.length = 0;
  office.connect(['a', 'b']);
  t.deepEqual(catchUps(office).filter(isOfA), [
    `b changes since ${MANY.length}`,
    `a changed until ${MANY.length + 2}: 2`,
  ]);
  office.desk('b').value('counter-7');
  office.quiet();
  t.deepEqual(office.desk('b').answers, ['1: 4 {b#1.2}']);
});

test('how far it has caught up survives a restart, never before the marks do', (t) => {
  const office = behind(MANY.slice(0, 3));
  office.connect(['a', 'b']);
  const { disk, writes } = office.desk('b');
  const withMemory = writes.findIndex(({ membership }) => membership?.peers.a?.since === 3);
  t.is(withMemory, -1, 'nothing waits for it');
  office.tick(MARK_FLUSH_AFTER);
  const written = office.desk('b').writes;
  const atLast = written.findIndex(({ membership }) => membership?.peers.a?.since === 3);
  const marks = written.findLastIndex(({ counters }) =>
    counters.some(({ register }) => register.mark !== null),
  );
  t.true(atLast >= marks && marks >= 0);
  const next = new Desk({ self: 'b', disk });
  next.driver.linkUp('a', 'disk of a');
  next.turn();
  t.deepEqual(next.sent(), ['a: changes since 3']);
});

test('nor if it moves on while an earlier memory waits for the flush under way', (t) => {
  const desk = new Desk();
  desk.driver.linkUp('b', 'disk of b');
  desk.turn();
  desk.driver.linkUp('c', 'disk of c');
  desk.turn();
  t.true(desk.isWriting);
  const mark = { ballot: { round: 1, actor: 'b' }, slot: 1 };
  const changes = [{ counter: 'hits', mark }];
  desk.driver.receive('b', [learn('hits', '1.b/1', 3)]);
  desk.turn();
  const page = { since: 0, until: 1, more: false, changes };
  desk.driver.receive('b', [{ type: 'changed', identity: 'disk of b', ...page }]);
  desk.turn();
  desk.quiet();
  t.is(desk.disk.membership?.peers.b?.since, 0);
  desk.tick(2 * MARK_FLUSH_AFTER);
  desk.quiet();
  t.is(desk.disk.membership?.peers.b?.since, 1);
  t.is(desk.disk.counters.get('hits')?.register.mark?.slot, 1);
});

test('nor while marks wait for the next vote of their counter, since the disk is busy; and they are not hurried for it', (t) => {
  const desk = new Desk().connect();
  const identity = 'disk of b';
  // Somebody waits for the disk all the time.
  let ticks = 0;
  const busyTick = () => {
    desk.driver.receive('b', [prepare(`other-${ticks}`, '1.b')]);
    desk.tick(1);
    desk.quiet();
    ticks += 1;
  };
  // What is remembered waits from here on; what it is in the end, from later on.
  desk.driver.receive('b', [{ type: 'changed', identity, since: 0, until: 1, more: false, changes: [] }]);
  desk.turn();
  while (ticks < MARK_FLUSH_LATEST / 2) busyTick();
  desk.driver.receive('b', [learn('hits', '1.b/1', 3)]);
  desk.turn();
  const mark = { ballot: { round: 1, actor: 'b' }, slot: 1 };
  const page = { since: 1, until: 2, more: false, changes: [{ counter: 'hits', mark }] };
  desk.driver.receive('b', [{ type: 'changed', identity, ...page }]);
  desk.turn();
  const isRemembered = () => desk.disk.membership?.peers.b?.since === 2;
  const isMarked = () => (desk.disk.counters.get('hits')?.register.mark ?? null) !== null;
  while (!isMarked()) {
    busyTick();
    t.true(!isRemembered() || isMarked());
  }
  t.true(ticks >= 1.5 * MARK_FLUSH_LATEST, 'not hurried');
  desk.tick(2 * MARK_FLUSH_AFTER);
  desk.quiet();
  t.true(isRemembered());
});

test('an answer to a question of an earlier life, which knew more, moves nothing', (t) => {
  const desk = new Desk().connect();
  const page = { since: 3, until: 5, more: false, changes: [] };
  desk.driver.receive('b', [{ type: 'changed', identity: 'disk of b', ...page }]);
  desk.tick(MARK_FLUSH_AFTER + 1);
  desk.quiet();
  t.is(desk.disk.membership?.peers.b?.since, 0);
});

test('a store of another identity has lost its disk: that peer is asked from the start, and told so durably', (t) => {
  const desk = new Desk();
  desk.driver.linkUp('b', 'first disk of b');
  desk.turn();
  t.is(desk.driver.identityOf('b'), 'first disk of b');
  desk.finish();
  t.deepEqual(desk.disk.membership?.peers.b, { identity: 'first disk of b', since: 0 });
  const changed: PeerMessage = {
    type: 'changed',
    identity: 'first disk of b',
    since: 0,
    until: 9,
    more: false,
    changes: [],
  };
  desk.driver.receive('b', [changed]);
  desk.tick(MARK_FLUSH_AFTER);
  desk.quiet();
  t.is(desk.disk.membership?.peers.b?.since, 9);
  desk.sent();
  desk.driver.linkUp('b', 'second disk of b');
  desk.turn();
  t.deepEqual(desk.sent(), ['b: changes since 0']);
  t.true(desk.isWriting, 'at once');
});

test('who asks about another store than this one is told from the start', (t) => {
  const office = behind(['x', 'y']);
  const desk = office.desk('a');
  desk.sent();
  desk.driver.receive('b', [{ type: 'changes', identity: 'a former disk of a', since: 2 }]);
  desk.turn();
  t.deepEqual(desk.sent(), ['b: changed until 2: 2']);
  desk.driver.receive('b', [{ type: 'changes', identity: 'disk of a', since: 2 }]);
  desk.turn();
  t.deepEqual(desk.sent(), ['b: changed until 2: 0']);
});

test('a page whose states do not come is not done: after a while it is asked for again', (t) => {
  const office = behind(['x', 'y']);
  let lost = 0;
  office.isLost = (_from, _to, message) => {
    const isLearn = message.type === 'counter' && message.message.type === 'learn' && message.counter === 'y';
    if (isLearn) lost += 1;
    return isLearn && lost === 1;
  };
  office.connect(['a', 'b']);
  office.tick(MARK_FLUSH_AFTER);
  t.is(known(office.desk('b')), 1);
  t.is(office.desk('b').disk.membership?.peers.a?.since, 0);
  office.tick(CATCH_UP_PATIENCE + CATCH_UP_EVERY);
  t.is(known(office.desk('b')), 2);
  office.tick(MARK_FLUSH_AFTER);
  t.is(office.desk('b').disk.membership?.peers.a?.since, 2);
});

test('what leaves the mark as it was is no change', (t) => {
  const desk = new Desk();
  desk.driver.receive('b', [prepare('x', '1.b')]);
  desk.quiet();
  t.is(desk.store.lastChange(), 0);
  desk.driver.receive('c', [learn('x', '1.c/1', 3), prepare('x', '2.b')]);
  desk.quiet();
  t.is(desk.store.lastChange(), 1);
  desk.driver.receive('b', [prepare('x', '3.b')]);
  desk.quiet();
  t.is(desk.store.lastChange(), 1);
});

test('who was cut off is told all marks that are known, when they are durable, and so among the changes', (t) => {
  const desk = new Desk();
  desk.connect();
  desk.driver.receive('c', [learn('x', '1.c/1', 3)]);
  desk.turn();
  t.false(desk.isWriting, 'nothing waits for it');
  ask(desk);
  t.true(desk.isWriting);
  t.deepEqual(desk.sent(), []);
  desk.finish();
  t.deepEqual(desk.sent(), ['b: changed until 1: 1']);
  ask(desk);
  t.deepEqual(desk.sent(), ['b: changed until 1: 1'], 'at once, when nothing is unwritten');
});

test('when an actor is lost, all marks are written soon: what it would have told the others is here, perhaps', (t) => {
  const desk = new Desk().connect();
  const busyTick = (tick: number) => {
    desk.driver.receive('b', [prepare(`other-${tick}`, '1.b')]);
    desk.quiet();
    desk.tick(1);
  };
  ask(desk);
  desk.driver.receive('c', [learn('x', '1.c/1', 3)]);
  busyTick(0);
  desk.driver.linkDown('c');
  for (let tick = 1; tick < MARK_FLUSH_AFTER; tick += 1) busyTick(tick);
  t.is(known(desk), 0);
  busyTick(MARK_FLUSH_AFTER);
  desk.quiet();
  t.is(known(desk), 1);
});

test('who asks now and then is told the marks that are durable, and nothing is flushed for it', (t) => {
  const desk = new Desk().connect();
  ask(desk);
  t.deepEqual(desk.sent(), ['b: changed until 0: 0']);
  desk.driver.receive('c', [learn('x', '1.c/1', 3)]);
  desk.turn();
  ask(desk);
  t.false(desk.isWriting);
  t.deepEqual(desk.sent(), ['b: changed until 0: 0']);
  desk.driver.linkUp('b', 'disk of b');
  ask(desk);
  t.true(desk.isWriting, 'its link is another one');
});

/** The ticks until `b` knows what was chosen while its links were up, and nobody told it. */
function ticksUntilTold(office: Office): number {
  office.desk('a').driver.receive('c', [learn('hits', '1.c/1', 3)]);
  for (let tick = 1; ; tick += 1) {
    office.tick(1);
    if (known(office.desk('b')) > 0) return tick;
  }
}

test('what is being written under a number that nobody knows yet is told with that number', (t) => {
  const desk = new Desk().connect();
  ask(desk);
  desk.driver.receive('c', [learn('x', '1.c/1', 3)]);
  desk.tick(MARK_FLUSH_AFTER + 1);
  desk.quiet();
  desk.sent();
  desk.driver.receive('c', [learn('x', '1.c/2', 4)]);
  desk.tick(MARK_FLUSH_AFTER + 1);
  t.true(desk.isWriting);
  ask(desk);
  const told = desk.frames.flatMap(({ messages }) => messages);
  t.deepEqual(
    told.flatMap((message) =>
      message.type === 'changed' ? [[message.until, message.changes[0]?.mark.slot]] : [],
    ),
    [[1, 2]],
  );
  desk.finish();
  t.deepEqual(numbers(desk), [[1, 'x', 2]]);
});

test('and now and then some peer is asked, though its link was up all the time; less often if all are', (t) => {
  const [cut, whole] = [new Office(['a', 'b', 'c']), new Office(['a', 'b', 'c'])];
  cut.connect(['a', 'b']);
  const ticks = ticksUntilTold(cut);
  t.true(ticks > MARK_FLUSH_AFTER && ticks <= CATCH_UP_EVERY + 2 * MARK_FLUSH_AFTER, `${ticks}`);
  whole.connectAll();
  const atEase = ticksUntilTold(whole);
  t.true(atEase > CATCH_UP_AT_EASE - 1 && atEase <= 2 * CATCH_UP_AT_EASE + MARK_FLUSH_AFTER, `${atEase}`);
});

test('a change that is overtaken by another of its counter is told once, under a new number if the old one was told', (t) => {
  const office = behind(['x', 'y']);
  const desk = office.desk('a');
  const tell = (since: number) => {
    desk.turn();
    desk.tick(MARK_FLUSH_AFTER + 1);
    desk.quiet();
    desk.driver.receive('b', [{ type: 'changes', identity: 'disk of a', since }]);
    desk.quiet();
    return desk.sent();
  };
  desk.driver.receive('c', [learn('x', '1.c/2', 4)]);
  t.deepEqual(tell(0), ['b: changed until 2: 2'], 'nobody knew the old one');
  t.deepEqual(numbers(desk), [
    [1, 'x', 2],
    [2, 'y', 1],
  ]);
  desk.driver.receive('c', [learn('x', '1.c/3', 5)]);
  t.deepEqual(tell(2), ['b: changed until 3: 1']);
  t.deepEqual(numbers(desk), [
    [2, 'y', 1],
    [3, 'x', 3],
  ]);
});

test('after a restart every number may have been told', (t) => {
  const office = behind(['x']);
  const desk = new Desk({ disk: office.desk('a').disk });
  desk.driver.receive('c', [learn('x', '1.c/2', 4)]);
  desk.tick(MARK_FLUSH_AFTER + 1);
  desk.quiet();
  t.deepEqual(numbers(desk), [[2, 'x', 2]]);
});

function numbers({ store }: Desk): [number, string, number][] {
  return store.changes(0, 10).map(({ number, counter }) => {
    const slot = store.load(counter)?.register.mark?.slot ?? 0;
    return [number, counter, slot];
  });
}
