import test from 'ava';
import {
  CATCH_UP_AT_EASE,
  CATCH_UP_EVERY,
  CATCH_UP_PATIENCE,
  CATCH_UP_PAUSE,
  CHANGES_A_PAGE,
  MARK_FLUSH_AFTER,
} from '../../src/limits.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { learn } from './letters.ts';
import { Office } from './office.ts';

/** More counters than two pages tell of. */
const MANY = Array.from({ length: 2 * CHANGES_A_PAGE + 10 }, (_, i) => `counter-${i}`);

/** `a` and `c` learn a mark of each of them, which nobody tells `b`. */
function learnMany(office: Office): void {
  for (const counter of MANY) {
    office.desk('a').driver.receive('c', [learn(counter, '1.c/1', 3)]);
    office.desk('c').driver.receive('a', [learn(counter, '1.c/1', 3)]);
  }
  office.tick(2 * MARK_FLUSH_AFTER);
  office.sent.length = 0;
}

/** What `b` asks in so many ticks, and in which of them. */
function asks(office: Office, ticks: number): [number, string][] {
  const asked: [number, string][] = [];
  for (let tick = 1; tick <= ticks; tick += 1) {
    office.tick(1);
    for (const { from, to, message } of office.sent.splice(0)) {
      if (from === 'b' && message.type === 'changes') asked.push([tick, `${to} since ${message.since}`]);
    }
  }
  return asked;
}

test('who was cut off turns page after page, though now all can be reached', (t) => {
  const office = new Office(['a', 'b', 'c']);
  office.connect(['a', 'c']);
  learnMany(office);
  office.connect(['a', 'b'], ['b', 'c']);
  // A page is done in the tick after its states have come.
  office.tick(CATCH_UP_PAUSE / 2);
  const isQuestion = ({ from, message }: Office['sent'][number]) =>
    from === 'b' && message.type === 'changes';
  t.is(office.sent.filter(isQuestion).length, 6, 'three pages of each');
});

test('so does who asks now and then while somebody cannot be reached', (t) => {
  const office = new Office(['a', 'b', 'c']);
  office.connect(['a', 'b']);
  learnMany(office);
  // The first page was turned meanwhile.
  t.deepEqual(asks(office, CATCH_UP_PAUSE), [
    [1, `a since ${CHANGES_A_PAGE}`],
    [2, `a since ${2 * CHANGES_A_PAGE}`],
  ]);
});

test('whose link is down is asked for no more pages', (t) => {
  const office = new Office(['a', 'b', 'c']);
  office.connectAll();
  learnMany(office);
  let question: string | undefined;
  while (question === undefined) question = asks(office, 1)[0]?.[1];
  const lost = question.slice(0, 1);
  office.tick(2);
  office.disconnect('b', lost);
  const asked = asks(office, CATCH_UP_EVERY);
  t.true(asked.length > 0);
  t.deepEqual(
    asked.filter(([, to]) => to.startsWith(lost)),
    [],
  );
});

test('who asks now and then turns the pages with pauses, each time those of another actor that has more', (t) => {
  const office = new Office(['a', 'b', 'c']);
  office.connectAll();
  learnMany(office);
  const asked = asks(office, 2 * CATCH_UP_AT_EASE);
  const [[first, question] = [0, '']] = asked;
  const one = question.slice(0, 1);
  const other = one === 'a' ? 'c' : 'a';
  t.is(office.desk('b').disk.changes.size, MANY.length);
  // The other one is asked for the first time when the first one has told all.
  const [pages, rest] = [asked.slice(0, 3), asked.slice(3)];
  t.deepEqual(
    pages,
    [0, 1, 2].map((page) => [first + page * CATCH_UP_PAUSE, `${one} since ${page * CHANGES_A_PAGE}`]),
  );
  t.like(rest, [[first + 2 * CATCH_UP_PAUSE + CATCH_UP_AT_EASE, `${other} since 0`]]);
});

const isState = (message: PeerMessage) =>
  message.type === 'counter' && message.message.type === 'learn' && message.counter === 'counter-7';

for (const [what, isIt, ticks] of [
  ['a state of the first page', isState, CATCH_UP_PATIENCE],
  ['the first page', (message: PeerMessage) => message.type === 'changed', CATCH_UP_EVERY],
  ['the first question', (message: PeerMessage) => message.type === 'changes', CATCH_UP_EVERY],
] as const) {
  test(`who was cut off asks again if ${what} is lost, though now all can be reached`, (t) => {
    const office = new Office(['a', 'b', 'c', 'd', 'e']);
    office.connect(['a', 'c']);
    learnMany(office);
    let lost = 0;
    office.isLost = (from, to, message) => {
      // Only `a` tells it.
      if (from !== 'a' && to === 'b') return true;
      const isBetween = message.type === 'changes' ? from === 'b' && to === 'a' : from === 'a' && to === 'b';
      const isTheOne = lost === 0 && isBetween && isIt(message);
      if (isTheOne) lost += 1;
      return isTheOne;
    };
    office.connectAll();
    office.tick(ticks + MARK_FLUSH_AFTER + 10);
    t.is(lost, 1);
    t.is(office.desk('b').disk.changes.size, MANY.length);
  });
}
