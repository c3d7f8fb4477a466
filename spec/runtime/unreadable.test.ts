import test from 'ava';
import { Desk } from './desk.ts';
import { accept, chosen } from './letters.ts';

function damaged(): never {
  throw new Error('a damaged record');
}

test('when another record cannot be read, a value that waits for its flush is answered, and settle ends', (t) => {
  const desk = new Desk().connect();
  desk.driver.receive('b', [accept('hits', '2.b/1', 3)]);
  desk.quiet();
  desk.driver.receive('b', [chosen('hits', '2.b/1')]);
  desk.turn();
  desk.store.load = damaged;
  desk.value('hits');
  t.deepEqual(desk.answers, []);
  desk.increment('other', 1);
  t.is(desk.answers.length, 2);
  let isSettled = false;
  desk.driver.settle(() => {
    isSettled = true;
  });
  t.true(isSettled);
});

test('a change that cannot be read after a flush fails the store, not the process', (t) => {
  const desk = new Desk().connect();
  desk.driver.receive('b', [accept('hits', '2.b/1', 3)]);
  desk.turn();
  desk.store.changes = damaged;
  desk.driver.receive('c', [{ type: 'changes', identity: desk.disk.identity, since: 0 }]);
  desk.turn();
  t.is(desk.failures.length, 0);
  t.notThrows(() => desk.quiet());
  t.is(desk.failures.length, 1);
});
