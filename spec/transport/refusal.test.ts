import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { actorEndpoint } from '../../src/actors.ts';
import { beat } from '../../src/transport/frame.ts';
import { type Hello, LINK_PROTOCOL, PROTOCOL } from '../../src/transport/hello.ts';
import { startActor, type TestActor, tick, turn, until } from './actors.ts';
import { call, helloOf, serve, welcome } from './raw.ts';

const caller = '127.0.0.2:9';
const outsider = '127.0.0.9:9';

/** An actor that two others may call: 127.0.0.2:9 and 127.0.0.3:9. */
async function accepting(): Promise<{ actor: TestActor; actors: string[] }> {
  const actor = await startActor('127.0.0.5');
  const actors = [caller, '127.0.0.3:9', actor.actor];
  actor.configure(actors);
  return { actor, actors };
}

async function refused(t: ExecutionContext, actor: TestActor, host: string, hello: string) {
  const { response, text, closed } = await call(actor.actor, host, hello);
  const reason = await text;
  await closed;
  t.true(reason.endsWith('\n') && reason.split('\n').length === 2, 'one line');
  t.deepEqual(actor.happened, []);
  return `${response.statusCode} ${reason.trim()}`;
}

test('refused before this actor is configured', async (t) => {
  const actor = await startActor('127.0.0.5');
  const hello = helloOf(caller, actor.actor, [caller, actor.actor]);
  t.is(await refused(t, actor, '127.0.0.2', hello), '503 not configured');
  await actor.kill();
});

test('refused: a hello that is none', async (t) => {
  const { actor } = await accepting();
  for (const said of [
    '',
    '[',
    '7',
    '[]',
    '["1"]',
    `[${PROTOCOL}]`,
    `[${PROTOCOL},"x","a","b",-1,"i"]`,
    `[${PROTOCOL},1,2,3,4,5]`,
  ]) {
    t.regex(await refused(t, actor, '127.0.0.2', said), /^400 .*expected/, said);
  }
  await actor.kill();
});

test('refused: another protocol, whatever else it says', async (t) => {
  const { actor } = await accepting();
  const said = await refused(t, actor, '127.0.0.2', JSON.stringify([PROTOCOL + 1, ['what', 'ever']]));
  t.is(said, `409 protocol ${PROTOCOL + 1} was spoken, not protocol ${PROTOCOL}`);
  await actor.kill();
});

test('refused: another cluster', async (t) => {
  const { actor, actors } = await accepting();
  const hello = helloOf(caller, actor.actor, [...actors, outsider]);
  t.is(
    await refused(t, actor, '127.0.0.2', hello),
    '409 the two are configured with different sets of actors',
  );
  await actor.kill();
});

test('the order in which the actors are listed makes no other cluster', async (t) => {
  const { actor, actors } = await accepting();
  const { response } = await call(
    actor.actor,
    '127.0.0.2',
    helloOf(caller, actor.actor, actors.toReversed()),
  );
  t.is(response.statusCode, 101);
  await actor.kill();
});

test('refused: who calls from an address that is not the one it claims', async (t) => {
  const { actor, actors } = await accepting();
  const hello = helloOf(caller, actor.actor, actors);
  t.is(await refused(t, actor, '127.0.0.3', hello), '403 127.0.0.2:9 was said from 127.0.0.3');
  await actor.kill();
});

test('refused: who is no actor', async (t) => {
  const { actor, actors } = await accepting();
  const hello = helloOf(outsider, actor.actor, actors);
  t.is(await refused(t, actor, '127.0.0.9', hello), '403 127.0.0.9:9 is not one of the actors');
  await actor.kill();
});

test('refused: who meant somebody else', async (t) => {
  const { actor, actors } = await accepting();
  const hello = helloOf(caller, '127.0.0.3:9', actors);
  t.is(await refused(t, actor, '127.0.0.2', hello), `409 127.0.0.3:9 was meant, this is ${actor.actor}`);
  await actor.kill();
});

test('refused: who should be dialed instead', async (t) => {
  const actor = await startActor('127.0.0.5');
  const higher = '127.0.0.6:9';
  actor.configure([actor.actor, higher]);
  const hello = helloOf(higher, actor.actor, [actor.actor, higher]);
  t.is(await refused(t, actor, '127.0.0.6', hello), `409 ${actor.actor} is who dials ${higher}`);
  await actor.kill();
});

test('refused: who is not admitted; asked with all that it said', async (t) => {
  const { actor, actors } = await accepting();
  const asked: Hello[] = [];
  actor.admit = (hello) => {
    asked.push(hello);
    return 'it lost its disk';
  };
  const hello = helloOf(caller, actor.actor, actors, { incarnation: 4, identity: 'new disk' });
  t.is(await refused(t, actor, '127.0.0.2', hello), '409 it lost its disk');
  t.like(asked, [{ from: caller, to: actor.actor, incarnation: 4, identity: 'new disk' }]);
  await actor.kill();
});

/** Dials as an actor that nobody knows, by hand. */
async function strangerTo({ actor }: TestActor): Promise<Socket> {
  const socket = connect({ ...actorEndpoint(actor), localAddress: '127.0.0.9', allowHalfOpen: true });
  await once(socket, 'connect');
  socket.write(
    `GET /peer/link HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${LINK_PROTOCOL}\r\n\r\n`,
  );
  return socket;
}

test('who is refused keeps no connection, whether it closes its end or not', async (t) => {
  const { actor } = await accepting();
  const stranger = await strangerTo(actor);
  await once(stranger.resume(), 'end');
  t.false(stranger.destroyed, 'its end is open');
  const connections = promisify(actor.server.getConnections.bind(actor.server));
  while ((await connections()) > 0) await turn();
  stranger.destroy();
  await actor.kill();
});

test('who resets its connection before it can be refused harms nobody', async (t) => {
  const { actor, actors } = await accepting();
  for (let times = 0; times < 5; times += 1) (await strangerTo(actor)).resetAndDestroy();
  const { response } = await call(actor.actor, '127.0.0.2', helloOf(caller, actor.actor, actors));
  t.is(response.statusCode, 101);
  await actor.kill();
});

test('a dialer logs a refusal once for each reason, and keeps trying', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  const actors = [a.actor, b.actor];
  let asked = 0;
  b.admit = () => {
    asked += 1;
    return asked < 4 ? 'first reason' : asked < 8 ? 'second reason' : null;
  };
  a.configure(actors);
  const refusals = () => a.logged.filter(({ event }) => event === 'link refused');
  await until(
    () => refusals().length === 1,
    () => a.links.tick(),
  );
  b.configure(actors);
  await until(
    () => a.links.alive().size === 1 && b.links.alive().size === 1,
    () => a.links.tick(),
  );
  t.deepEqual(
    refusals().map(({ level, fields }) => ({ level, ...fields })),
    [
      { level: 'info', peer: b.actor, status: 503, reason: 'not configured' },
      { level: 'warn', peer: b.actor, status: 409, reason: 'first reason' },
      { level: 'warn', peer: b.actor, status: 409, reason: 'second reason' },
    ],
  );
  t.is(asked, 9, 'admitted at its hello, and again as the link comes up');
  await Promise.all([a.kill(), b.kill()]);
});

test('who is not admitted by its dialer never has a link up', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  let asked = 0;
  a.admit = () => {
    asked += 1;
    return asked <= 3 ? 'it lost its disk' : null;
  };
  const actors = [a.actor, b.actor];
  a.configure(actors);
  b.configure(actors);
  await until(
    () => b.links.alive().size === 1,
    () => a.links.tick(),
  );
  t.deepEqual(
    [...a.happened, ...b.happened].map(({ kind }) => kind),
    ['up', 'up'],
  );
  t.is(asked, 4);
  t.like(
    a.logged.find(({ event }) => event === 'link refused'),
    { fields: { reason: 'it lost its disk' } },
  );
  await Promise.all([a.kill(), b.kill()]);
});

const answers: readonly [string, (actors: readonly string[]) => Partial<Hello>, RegExp][] = [
  ['as somebody else', () => ({ from: '127.0.0.3' }), /was dialed, 127\.0\.0\.3 answered/],
  ['to somebody else', () => ({ to: '127.0.0.3' }), /127\.0\.0\.3 was meant/],
  ['for another cluster', () => ({ cluster: 'other' }), /different sets of actors/],
];
for (const [how, other, reason] of answers) {
  test(`a dialer refuses who answers ${how}`, async (t) => {
    const a = await startActor('127.0.0.1');
    const stub = await serve('127.0.0.2', {
      called: (request, socket) => {
        welcome(request, socket, actors, { other: other(actors) });
      },
    });
    const actors = [a.actor, stub.actor];
    a.configure(actors);
    await until(
      () => a.logged.length > 0,
      () => tick(1, a),
    );
    t.regex(String(a.logged[0]?.fields.reason), reason);
    t.deepEqual(a.happened, []);
    await a.kill();
    stub.close();
  });
}

test('refused after all: who was admitted, but another store of that actor was before its link is up', async (t) => {
  const { actor, actors } = await accepting();
  const first = await call(actor.actor, '127.0.0.2', helloOf(caller, actor.actor, actors));
  const second = await call(
    actor.actor,
    '127.0.0.2',
    helloOf(caller, actor.actor, actors, { identity: 'another store' }),
  );
  t.deepEqual([first.response.statusCode, second.response.statusCode], [101, 101]);
  first.socket.write(beat);
  await until(() => actor.happened.length === 1);
  actor.admit = ({ identity }) => (identity === 'another store' ? 'its store is another' : null);
  second.socket.write(beat);
  await second.closed;
  t.deepEqual(
    actor.happened.map(({ kind }) => kind),
    ['up'],
  );
  await actor.kill();
});
