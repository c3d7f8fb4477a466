import test from 'ava';
import fc from 'fast-check';
import { ActorList, byName } from '../../src/codec/actor-list.ts';
import { Reader } from '../../src/codec/bytes.ts';
import { MalformedError } from '../../src/codec/malformed.ts';
import { MAX_NAME_BYTES } from '../../src/limits.ts';
import * as arbitrary from './arbitraries.ts';
import { fields, written } from './written.ts';

const lists = fc.uniqueArray(arbitrary.actor, { minLength: 1, maxLength: 10 });

test('whichever way round both sides list the same actors, each reads whom the other meant', (t) => {
  fc.assert(
    fc.property(lists, arbitrary.actor, (actors, stranger) => {
      const [one, other] = [new ActorList(actors), new ActorList(actors.toReversed())];
      for (const actor of [...actors, stranger]) {
        const bytes = written((to) => one.encode(to, actor));
        t.is(other.decode(new Reader(bytes), 'actor'), actor);
      }
    }),
  );
});

test('who is in the list is a number, who is not keeps the name', (t) => {
  const list = new ActorList(['10.0.0.9', '10.0.0.10']);
  for (const [names, actor, bytes] of [
    [list, '10.0.0.10', fields(1)],
    [list, '10.0.0.9', fields(2)],
    [list, '10.0.0.1', fields(0, '10.0.0.1')],
    [byName, '10.0.0.9', fields(0, '10.0.0.9')],
  ] as const) {
    t.deepEqual(
      written((to) => names.encode(to, actor)),
      bytes,
    );
  }
});

test('what is neither a name nor a place in the list is malformed', (t) => {
  const list = new ActorList(['10.0.0.1', '10.0.0.2']);
  for (const bytes of [fields(3), fields(0), fields(0, 'x'.repeat(MAX_NAME_BYTES + 1)), fields()]) {
    t.throws(() => list.decode(new Reader(bytes), 'actor'), { instanceOf: MalformedError });
  }
  t.throws(() => byName.decode(new Reader(fields(1)), 'actor'), {
    message: /^actor: .* list of 0, found 1$/,
  });
});
