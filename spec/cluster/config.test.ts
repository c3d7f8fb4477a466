import test from 'ava';
import { eventually, ProcessCluster } from './processes.ts';

test.serial('before a config counters answer 503 and say why; after it they serve', async (t) => {
  const cluster = await ProcessCluster.spawn(1, [], true);
  t.teardown(() => cluster.dispose());
  const [actor] = cluster.actors;
  if (actor === undefined) throw new RangeError('no actor');
  for (const path of ['/counter/a/value', '/counter/a/consistent_value', '/readyz']) {
    const { status, body } = await actor.ask('GET', path);
    t.is(status, 503);
    t.regex(body, /not configured/);
  }
  t.is((await actor.ask('GET', '/livez')).status, 200);
  t.is((await actor.ask('POST', '/config', cluster.config)).status, 200);
  await actor.ready();
  t.is((await actor.ask('POST', '/counter/a', '5')).body, '5');
  t.is((await actor.ask('GET', '/counter/a/value')).body, '5');
});

test.serial(
  'an actor that was not told the config learns it from a peer that has one, and keeps it',
  async (t) => {
    const cluster = await ProcessCluster.spawn(3, [], true);
    t.teardown(() => cluster.dispose());
    const [first, second, third] = cluster.actors;
    if (first === undefined || second === undefined || third === undefined)
      throw new RangeError('too few actors');
    await third.end('SIGKILL');
    t.is((await second.ask('POST', '/config', cluster.config)).status, 200);
    await first.ready();
    t.is((await first.ask('POST', '/counter/a', '7')).body, '7');
    await third.start();
    await third.ready();
    t.is((await third.ask('GET', '/counter/a/consistent_value')).body, '7');
    await eventually('the late actor catches up', async () =>
      (await third.ask('GET', '/counter/a/value')).body === '7' ? true : null,
    );
    await Promise.all(cluster.actors.map((actor) => actor.end('SIGKILL')));
    await Promise.all(cluster.actors.map((actor) => actor.start()));
    await Promise.all(cluster.actors.map((actor) => actor.ready()));
    t.is((await first.ask('GET', '/counter/a/consistent_value')).body, '7');
  },
);

test.serial(
  'the same set again is fine in any order; another set is refused once there are counters',
  async (t) => {
    const cluster = await ProcessCluster.start(3, [], true);
    t.teardown(() => cluster.dispose());
    const [first] = cluster.actors;
    if (first === undefined) throw new RangeError('no actor');
    const reversed = JSON.stringify({ actors: cluster.actors.map(({ actor }) => actor).reverse() });
    t.is((await first.ask('POST', '/config', reversed)).status, 200);
    t.is((await first.ask('POST', '/counter/a', '1')).status, 200);
    const other = await first.ask('POST', '/config', JSON.stringify({ actors: [first.actor] }));
    t.is(other.status, 409);
    t.regex(other.body, /holds counters.*nothing was changed/);
    t.is((await first.ask('POST', '/counter/a', '1')).body, '2');
  },
);

test.serial(
  'an actor that is none of the actors, or several of them, says so and changes nothing',
  async (t) => {
    const cluster = await ProcessCluster.spawn(1, [], true);
    t.teardown(() => cluster.dispose());
    const [actor] = cluster.actors;
    if (actor === undefined) throw new RangeError('no actor');
    const none = await actor.ask('POST', '/config', '{"actors": ["127.0.0.1:1", "127.0.0.1:2"]}');
    t.is(none.status, 400);
    t.regex(none.body, /none of the actors .* is this one/);
    t.is((await actor.ask('GET', '/readyz')).status, 503);
    t.is((await actor.ask('POST', '/config', cluster.config)).status, 200);
  },
);

test.serial('?actors=all demands every actor; without it the read names who was not heard', async (t) => {
  const cluster = await ProcessCluster.start(3, ['--read-timeout', '300ms'], true);
  t.teardown(() => cluster.dispose());
  const [first, , third] = cluster.actors;
  if (first === undefined || third === undefined) throw new RangeError('too few actors');
  t.is((await first.ask('POST', '/counter/a', '3')).status, 200);
  const all = await first.ask('GET', '/counter/a/consistent_value?actors=all');
  t.is(all.body, '3');
  t.is(all.headers.get('counter-unreachable'), null);
  await third.end('SIGKILL');
  await eventually('the first actor notices', async () => {
    const { status, headers } = await first.ask('GET', '/counter/a/consistent_value');
    t.is(status, 200);
    return headers.get('counter-unreachable') === third.actor ? true : null;
  });
  const refused = await first.ask('GET', '/counter/a/consistent_value?actors=all');
  t.is(refused.status, 503);
  t.true(refused.body.includes(third.actor));
  t.truthy(refused.headers.get('retry-after'));
});

test.serial('a minority answers 202, or refuses if it is set to', async (t) => {
  for (const [minority, status] of [
    ['accept', 202],
    ['refuse', 503],
  ] as const) {
    const cluster = await ProcessCluster.start(3, ['--minority', minority, '--read-timeout', '300ms'], true);
    t.teardown(() => cluster.dispose());
    const [first, second, third] = cluster.actors;
    if (first === undefined || second === undefined || third === undefined)
      throw new RangeError('too few actors');
    t.is((await first.ask('POST', '/counter/a', '3')).status, 200);
    await Promise.all([second.end('SIGKILL'), third.end('SIGKILL')]);
    await eventually('it knows that it is a minority', async () =>
      (await first.ask('GET', '/readyz')).status === 503 ? true : null,
    );
    t.is((await first.ask('POST', '/counter/a', '4')).status, status);
    t.is((await first.ask('GET', '/counter/a/consistent_value')).status, 503);
    t.is((await first.ask('GET', '/counter/a/value')).body, '3');
    // What it answered 202 survives it.
    await first.end('SIGKILL');
    await Promise.all(cluster.actors.map((actor) => actor.start()));
    await Promise.all(cluster.actors.map((actor) => actor.ready()));
    const expected = minority === 'accept' ? '7' : '3';
    for (const actor of cluster.actors) {
      t.is((await actor.ask('GET', '/counter/a/consistent_value?actors=all')).body, expected);
    }
  }
});

test.serial('an actor that lost its store is refused by the others, and says so', async (t) => {
  const cluster = await ProcessCluster.start(3, [], true);
  t.teardown(() => cluster.dispose());
  const [first, second] = cluster.actors;
  if (first === undefined || second === undefined) throw new RangeError('too few actors');
  t.is((await first.ask('POST', '/counter/a', '3')).status, 200);
  await second.end('SIGKILL');
  await cluster.lose(second);
  await second.start();
  await eventually('it is refused', async () => (/has lost its store/.test(cluster.logs) ? true : null));
  t.is((await second.ask('GET', '/readyz')).status, 503);
  t.is((await second.ask('GET', '/counter/a/value')).body, '0');
  t.is((await first.ask('GET', '/counter/a/consistent_value')).body, '3');
});
