import test from 'ava';
import fc from 'fast-check';
import { ActorList, byName } from '../../src/codec/actor-list.ts';
import { MalformedError } from '../../src/codec/plain.ts';
import * as arbitrary from './arbitraries.ts';

const lists = fc.uniqueArray(arbitrary.actor, { minLength: 1, maxLength: 10 });

test('whichever way round both sides list the same actors, each reads whom the other meant', (t) => {
  fc.assert(
    fc.property(lists, arbitrary.actor, (actors, stranger) => {
      const [one, other] = [new ActorList(actors), new ActorList(actors.toReversed())];
      for (const actor of [...actors, stranger]) t.is(other.decode(one.encode(actor), 'actor'), actor);
    }),
  );
});

test('who is in the list is a number, who is not keeps the name', (t) => {
  const list = new ActorList(['10.0.0.9', '10.0.0.10']);
  t.deepEqual(
    ['10.0.0.10', '10.0.0.9', '10.0.0.1'].map((actor) => list.encode(actor)),
    [0, 1, '10.0.0.1'],
  );
  t.is(byName.encode('10.0.0.9'), '10.0.0.9');
});

test('what is neither a name nor a place in the list is malformed', (t) => {
  const list = new ActorList(['10.0.0.1', '10.0.0.2']);
  for (const encoded of [2, -1, 0.5, Number.NaN, Infinity, 0n, null, undefined, true, ['10.0.0.1'], {}]) {
    t.throws(() => list.decode(encoded, 'actor'), { instanceOf: MalformedError });
  }
  t.throws(() => byName.decode(0, 'actor'), { message: /^actor: .* list of 0, found 0$/ });
});
