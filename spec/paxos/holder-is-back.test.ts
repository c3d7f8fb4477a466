import test from 'ava';
import { Replica } from '../../src/paxos/replica.ts';
import { ballot, lines, note, notes, worldOf } from './notes.ts';

test('a batch that waited for a majority goes to the holder when that is alive again, not into phase 1', (t) => {
  const world = worldOf('a', 'a', 'b', 'c');
  world.alive = new Set(['a']);
  const replica = new Replica(notes, world, { promise: ballot('1.b'), vote: null, mark: null }, () => null);
  t.deepEqual(replica.receive('a', { type: 'submit', holder: null, command: note('a1') }), []);
  world.alive = new Set(['a', 'b', 'c']);
  t.deepEqual(lines(replica.liveness()), ['to b: submit a1, holder 1.b']);
});

test('who pauses and finds a live holder when the pause is over sends it what waits', (t) => {
  const world = worldOf('a', 'a', 'b', 'c');
  const replica = new Replica(notes, world, { promise: null, vote: null, mark: null }, () => null);
  replica.receive('a', { type: 'submit', holder: null, command: note('a1') });
  world.alive = new Set(['a', 'b']);
  replica.receive('b', { type: 'nack', ballot: ballot('1.a'), promised: ballot('2.c') });
  // Meanwhile b takes over, and says so by its accept.
  replica.receive('b', { type: 'accept', vote: { ballot: ballot('3.b'), slot: 1, state: [] } });
  world.now = replica.alarm ?? 0;
  t.deepEqual(lines(replica.tick()), ['to b: submit a1, holder 3.b']);
});
