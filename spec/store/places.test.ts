import test from 'ava';
import { open } from 'lmdb';
import { Reader } from '../../src/codec/bytes.ts';
import { MalformedError } from '../../src/codec/malformed.ts';
import { CorruptStoreError } from '../../src/store/errors.ts';
import { openLmdbStore } from '../../src/store/lmdb-store.ts';
import { Places } from '../../src/store/places.ts';
import { fields, written } from '../codec/written.ts';
import { chosen, counterWrite, persist, vote, writeOf } from './samples.ts';
import { temporaryDirectory } from './temporary.ts';

test('an actor has one place, in the order in which they were met', (t) => {
  const places = new Places();
  t.deepEqual(
    ['b', 'a', 'b', '__proto__', 'a'].map((actor) => places.place(actor)),
    [0, 1, 0, 2, 1],
  );
  for (const [place, actor] of ['b', 'a', '__proto__'].entries()) {
    t.deepEqual(
      written((to) => places.encode(to, actor)),
      fields(place),
    );
    t.is(places.decode(new Reader(fields(place)), 'actor'), actor);
  }
});

test('what is no place of an actor is refused', (t) => {
  const places = new Places();
  places.place('a');
  for (const [bytes, found] of [
    [fields(1), '1'],
    [fields('a'), '1'],
    [fields(), '"the end after 0"'],
  ] as const) {
    const error = t.throws(() => places.decode(new Reader(bytes), 'actor of a ballot'), {
      instanceOf: MalformedError,
    });
    t.true(
      error.message.startsWith('actor of a ballot: expected ') && error.message.endsWith(`found ${found}`),
    );
  }
});

test('each place is taken once', (t) => {
  const places = new Places();
  t.deepEqual(places.takeNew(), []);
  places.place('a');
  places.place('b');
  t.deepEqual(places.takeNew(), [
    [0, 'a'],
    [1, 'b'],
  ]);
  places.place('a');
  t.deepEqual(places.takeNew(), []);
  places.place('c');
  t.deepEqual(places.takeNew(), [[2, 'c']]);
});

const held = (actor: string) => {
  const register = chosen(1);
  const last = { ...vote(1), ballot: { round: 1, actor } };
  return { ...register, promise: last.ballot, vote: last, mark: last };
};

test('in each life the actors of the lives before are known, and new ones are met', async (t) => {
  const directory = await temporaryDirectory(t);
  const met = ['10.0.0.7', '10.0.0.5', '10.0.0.9', '10.0.0.5:7778'];
  for (const [life, actor] of met.entries()) {
    const store = await openLmdbStore({ directory, durability: 'disk' });
    for (const [before, other] of met.slice(0, life).entries()) {
      t.deepEqual(store.load(`c${before}`)?.register, held(other));
    }
    await persist(store, writeOf(counterWrite(`c${life}`, held(actor))));
    t.deepEqual(store.load(`c${life}`)?.register, held(actor));
    await store.close();
  }
});

test('a place that is missing before others is damage: what comes behind would be read as another actor', async (t) => {
  const directory = await temporaryDirectory(t);
  for (const life of [1, 2]) {
    const store = await openLmdbStore({ directory, durability: 'disk' });
    if (life === 1) await persist(store, writeOf(counterWrite('hits', held('10.0.0.7'))));
    await store.close();
  }
  const root = open({ path: `${directory}/quorate.mdb`, encoding: 'binary' });
  const actors = root.openDB<Buffer, number>('actors', { encoding: 'binary', keyEncoding: 'ordered-binary' });
  t.deepEqual([...actors.getKeys()], [0, 1]);
  await actors.remove(0);
  await root.close();
  const error = await t.throwsAsync(openLmdbStore({ directory, durability: 'disk' }), {
    instanceOf: CorruptStoreError,
  });
  t.is(error.key, 'actors/1');
  t.regex(
    error.message,
    /quorate\.mdb: the record actors\/1 is damaged: one before it is missing, or the same/,
  );
});
