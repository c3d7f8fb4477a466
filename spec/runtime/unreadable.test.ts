import test from 'ava';
import { MARK_FLUSH_AFTER } from '../../src/limits.ts';
import { Desk } from './desk.ts';
import { accept, chosen, learn } from './letters.ts';

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

test('a mark that cannot be read fails the store, whether a peer asks for changes or tells of them', (t) => {
  const before = new Desk().connect();
  before.driver.receive('b', [learn('hits', '2.b/1', 3)]);
  before.tick(MARK_FLUSH_AFTER + 1);
  before.quiet();
  const { disk } = before;
  const mark = { ballot: { round: 2, actor: 'b' }, slot: 1 };
  const told = { type: 'changed', identity: 'disk of c', since: 0, until: 1, more: false } as const;
  for (const message of [
    { type: 'changes', identity: disk.identity, since: 0 } as const,
    { ...told, changes: [{ counter: 'hits', mark }] },
  ]) {
    const desk = new Desk({ disk }).connect();
    desk.store.mark = damaged;
    desk.driver.receive('c', [message]);
    desk.turn();
    desk.quiet();
    t.is(desk.failures.length, 1, message.type);
  }
});

test('and when another peer is asked for what the one that was lost did not send', (t) => {
  const desk = new Desk({ hotCounters: 0 }).connect();
  const mark = { ballot: { round: 1, actor: 'b' }, slot: 1 };
  const page = { since: 0, until: 1, more: false, changes: [{ counter: 'hits', mark }] };
  for (const peer of ['b', 'c'])
    desk.driver.receive(peer, [{ type: 'changed', identity: `disk of ${peer}`, ...page }]);
  desk.quiet();
  desk.store.load = damaged;
  t.notThrows(() => desk.driver.linkDown('b'));
  t.is(desk.failures.length, 1);
});
