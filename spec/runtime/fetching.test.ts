/** Of the states that several peers tell of. */
import test, { type ExecutionContext } from 'ava';
import { CATCH_UP_PATIENCE } from '../../src/limits.ts';
import { Desk } from './desk.ts';
import { learn } from './letters.ts';

/** `from` tells that it knows these marks: by counter, the slot. */
function tells(desk: Desk, from: string, marks: Readonly<Record<string, number>>): void {
  const changes = Object.entries(marks).map(([counter, slot]) => ({
    counter,
    mark: { ballot: { round: 1, actor: 'c' }, slot },
  }));
  const page = { since: 0, until: changes.length, more: false, changes };
  desk.driver.receive(from, [{ type: 'changed', identity: `disk of ${from}`, ...page }]);
  desk.turn();
}

/** `from` sends the states that it was asked for. */
function teaches(desk: Desk, from: string, marks: Readonly<Record<string, number>>): void {
  for (const [counter, slot] of Object.entries(marks))
    desk.driver.receive(from, [learn(counter, `1.c/${slot}`, slot)]);
  desk.tick(1);
  desk.quiet();
}

function isCaughtUp(t: ExecutionContext, desk: Desk, peers: readonly string[]): void {
  desk.tick(CATCH_UP_PATIENCE);
  desk.quiet();
  for (const peer of peers) t.true((desk.disk.membership?.peers[peer]?.since ?? 0) > 0, peer);
}

test('a state that several peers have is fetched from the one that told of it first', (t) => {
  const desk = new Desk().connect();
  tells(desk, 'b', { x: 1, y: 1 });
  t.deepEqual(desk.sent(), ['b: x fetch 1.c/1; y fetch 1.c/1']);
  tells(desk, 'c', { y: 1, z: 1, x: 1 });
  t.deepEqual(desk.sent(), ['c: z fetch 1.c/1']);
  teaches(desk, 'b', { x: 1, y: 1 });
  teaches(desk, 'c', { z: 1 });
  isCaughtUp(t, desk, ['b', 'c']);
});

test('a later one is fetched from who has it', (t) => {
  const desk = new Desk().connect();
  tells(desk, 'b', { x: 1 });
  desk.sent();
  tells(desk, 'c', { x: 2 });
  t.deepEqual(desk.sent(), ['c: x fetch 1.c/2']);
  teaches(desk, 'c', { x: 2 });
  isCaughtUp(t, desk, ['b', 'c']);
});

test('if the one that it is fetched from is lost, another is asked at once', (t) => {
  const desk = new Desk().connect();
  tells(desk, 'b', { x: 2, y: 1 });
  tells(desk, 'c', { x: 1, y: 1, z: 1 });
  teaches(desk, 'b', { y: 1 });
  desk.sent();
  desk.driver.linkDown('b');
  desk.turn();
  t.deepEqual(desk.sent(), ['c: x fetch 1.c/1']);
  teaches(desk, 'c', { x: 1, z: 1 });
  isCaughtUp(t, desk, ['c']);
});

test('and if it does not send it in time', (t) => {
  const desk = new Desk().connect();
  tells(desk, 'b', { x: 1 });
  desk.tick(CATCH_UP_PATIENCE - 10);
  tells(desk, 'c', { x: 1 });
  desk.sent();
  desk.tick(10);
  desk.turn();
  t.true(desk.sent().includes('c: x fetch 1.c/1'));
});
