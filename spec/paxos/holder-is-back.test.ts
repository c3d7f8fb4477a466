import test from 'ava';
import type { Register } from '../../src/paxos/message.ts';
import { Replica } from '../../src/paxos/replica.ts';
import { ballot, lines, type Notes, note, notes, type World, worldOf } from './notes.ts';

function replicaOf(world: World, register: Register<Notes>): Replica<Notes> {
  return new Replica(
    notes,
    world,
    register,
    () => null,
    () => register,
  );
}

test('a batch that waited for a majority goes to the holder when that is alive again, not into phase 1', (t) => {
  const world = worldOf('a', 'a', 'b', 'c');
  world.alive = new Set(['a']);
  const replica = replicaOf(world, { promise: ballot('1.b'), vote: null, mark: null });
  t.deepEqual(replica.receive('a', { type: 'submit', holder: null, command: note('a1') }), []);
  world.alive = new Set(['a', 'b', 'c']);
  t.deepEqual(lines(replica.liveness()), ['to b: submit a1, holder 1.b']);
});

test('who pauses and finds a live holder when the pause is over sends it what waits', (t) => {
  const world = worldOf('a', 'a', 'b', 'c');
  const replica = replicaOf(world, { promise: null, vote: null, mark: null });
  replica.receive('a', { type: 'submit', holder: null, command: note('a1') });
  world.alive = new Set(['a', 'b']);
  replica.receive('b', { type: 'nack', ballot: ballot('1.a'), promised: ballot('2.c') });
  // Meanwhile b takes over, and says so by its accept.
  replica.receive('b', { type: 'accept', vote: { ballot: ballot('3.b'), slot: 1, state: [] } });
  world.now = replica.alarm ?? 0;
  t.deepEqual(lines(replica.tick()), ['to b: submit a1, holder 3.b']);
});
