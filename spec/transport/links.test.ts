import { type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, type Socket } from 'node:net';
import test from 'ava';
import { actorEndpoint } from '../../src/actors.ts';
import { byName } from '../../src/codec/actor-list.ts';
import { encodeFrame } from '../../src/transport/codec.ts';
import { beat } from '../../src/transport/frame.ts';
import { HELLO_FIELD, LINK_PROTOCOL } from '../../src/transport/hello.ts';
import { GivenNumbers } from '../../src/transport/numbers.ts';
import { downs, link, linked, numbered, received, startActor, tick, turn, until } from './actors.ts';
import { call, helloOf, serve, welcome } from './raw.ts';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => numbered(from + index));

test('a link comes up on both sides, with what each says of itself', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  const actors = [b.actor, a.actor];
  a.configure(actors, { incarnation: 7, identity: 'disk of a' });
  b.configure([a.actor, b.actor], { incarnation: 8, identity: 'disk of b' });
  // One tick and no more: the rest is waiting for each other.
  a.links.tick();
  await until(() => a.happened.length > 0 && b.happened.length > 0);
  const [atA, atB] = [a.happened[0], b.happened[0]];
  if (atA?.kind !== 'up' || atB?.kind !== 'up') return t.fail();
  t.is(atA.peer, b.actor);
  t.is(atB.peer, a.actor);
  t.like(atA.hello, { from: b.actor, to: a.actor, incarnation: 8, identity: 'disk of b' });
  t.like(atB.hello, { from: a.actor, to: b.actor, incarnation: 7, identity: 'disk of a' });
  t.deepEqual([...a.links.alive()], [b.actor]);
  await Promise.all([a.kill(), b.kill()]);
});

test('messages go both ways, in order, those of one send() in one frame', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  await link(a, b);
  for (let first = 0; first < 1_000; first += 10) {
    a.links.send(b.actor, numbers(first, first + 10));
    b.links.send(a.actor, numbers(first, first + 10));
    if (first % 100 === 0) await turn();
  }
  await until(() => received(a).length >= 1_000 && received(b).length >= 1_000);
  t.deepEqual(received(a), numbers(0, 1_000));
  t.deepEqual(received(b), numbers(0, 1_000));
  t.is(a.happened.filter(({ kind }) => kind === 'receive').length, 100);
  await Promise.all([a.kill(), b.kill()]);
});

test('a frame is with the operating system when send() returns: what its sender does next does not delay it', async (t) => {
  const sockets: Socket[] = [];
  const dialed = ({ socket }: { readonly socket: Socket }) => void sockets.push(socket);
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  t.teardown(() => Promise.all([a.kill(), b.kill()]));
  for (const { server } of [a, b]) server.on('connection', (socket) => void sockets.push(socket));
  const channel = 'net.client.socket';
  subscribe(channel, dialed as ChannelListener);
  t.teardown(() => unsubscribe(channel, dialed as ChannelListener));
  await link(a, b);
  await until(() => sockets.every(({ writableCorked }) => writableCorked === 0));
  const written = () =>
    sockets.reduce((sum, { bytesWritten, writableLength }) => sum + bytesWritten - writableLength, 0);
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const before = written();
    from.links.send(to.actor, numbers(0, 10));
    t.true(written() > before);
    t.deepEqual(
      sockets.map(({ writableLength }) => writableLength),
      sockets.map(() => 0),
    );
  }
});

test('both ends mean the same actors, whichever way round they were configured', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  const absent = '127.0.0.3:9';
  a.configure([a.actor, b.actor, absent]);
  b.configure([absent, b.actor, a.actor]);
  await until(
    () => a.links.alive().size === 1 && b.links.alive().size === 1,
    () => a.links.tick(),
  );
  const messages = [a.actor, b.actor, absent, '127.0.0.4'].map(
    (actor) =>
      ({ type: 'counter', counter: 'c', message: { type: 'prepare', ballot: { round: 1, actor } } }) as const,
  );
  a.links.send(b.actor, messages);
  b.links.send(a.actor, messages);
  await until(() => received(a).length === 4 && received(b).length === 4);
  t.deepEqual(received(a), messages);
  t.deepEqual(received(b), messages);
  await Promise.all([a.kill(), b.kill()]);
});

test('what comes in one piece with the head of a call, or of its answer, is heard', async (t) => {
  const frame = encodeFrame([numbered(7)], byName, new GivenNumbers());
  const b = await startActor('127.0.0.2');
  const caller = '127.0.0.1:9';
  b.configure([caller, b.actor]);
  const { host, port } = actorEndpoint(b.actor);
  const socket = connect({ host, port, localAddress: '127.0.0.1' });
  const hello = helloOf(caller, b.actor, [caller, b.actor]);
  const head = `GET /peer/link HTTP/1.1\r\nHost: b\r\nConnection: Upgrade\r\nUpgrade: ${LINK_PROTOCOL}\r\n${HELLO_FIELD}: ${hello}\r\n\r\n`;
  socket.write(Buffer.concat([Buffer.from(head), beat, frame]));
  await until(() => received(b).length === 1);
  t.deepEqual(received(b), [numbered(7)]);
  socket.destroy();
  await b.kill();

  const a = await startActor('127.0.0.1');
  const stub = await serve('127.0.0.2', {
    called: (request, answered) => {
      welcome(request, answered, actors, { early: frame });
    },
  });
  const actors = [a.actor, stub.actor];
  a.configure(actors);
  await until(
    () => received(a).length === 1,
    () => a.links.tick(),
  );
  t.deepEqual(received(a), [numbered(7)]);
  await a.kill();
  stub.close();
});

test('who asks for a link without an Upgrade is told', async (t) => {
  const b = await startActor('127.0.0.2');
  const { host, port } = actorEndpoint(b.actor);
  const answered = await fetch(`http://${host}:${port}/peer/link`);
  t.deepEqual([answered.status, answered.headers.get('upgrade')], [426, LINK_PROTOCOL]);
  await b.kill();
});

test('a state of megabytes arrives', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  await link(a, b);
  const mark = { ballot: { round: 1, actor: a.actor }, slot: 1 };
  const change = (index: number) => ({ counter: `${index}`.padStart(400, '.'), mark });
  const changes = Array.from({ length: 10_000 }, (_, index) => change(index));
  const message = { type: 'changed' as const, identity: 'x', since: 0, until: 1, more: false, changes };
  a.links.send(b.actor, [message]);
  b.links.send(a.actor, [message, numbered(1)]);
  await until(() => received(a).length === 2 && received(b).length === 1);
  t.deepEqual(received(b), [message]);
  t.deepEqual(received(a), [message, numbered(1)]);
  await Promise.all([a.kill(), b.kill()]);
});

test('three actors: one link for each pair', async (t) => {
  const actors = await Promise.all(['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((host) => startActor(host)));
  await link(...actors);
  for (const from of actors) for (const to of actors) from.links.send(to.actor, [numbered(1, from.actor)]);
  await until(() => actors.every((each) => received(each).length === 2));
  for (const each of actors) {
    const others = actors.filter((other) => other !== each).map(({ actor }) => actor);
    t.deepEqual(
      each.happened
        .filter(({ kind }) => kind === 'up')
        .map(({ peer }) => peer)
        .sort(),
      others,
    );
    t.deepEqual(
      received(each)
        .map((message) => message.type === 'changes' && message.identity)
        .sort(),
      others,
    );
  }
  await Promise.all(actors.map((each) => each.kill()));
});

test('IPv6', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('::1')]);
  t.true(a.actor < b.actor);
  b.admit = () => 'only here to see that it was asked';
  const answer = await call(b.actor, '::1', helloOf('[::1]:1', b.actor, ['[::1]:1', b.actor]));
  t.is(answer.response.statusCode, 503);
  b.configure(['[::1]:1', b.actor]);
  const admitted = await call(b.actor, '::1', helloOf('[::1]:1', b.actor, ['[::1]:1', b.actor]));
  t.is(await admitted.text, 'only here to see that it was asked\n');
  await Promise.all([a.kill(), b.kill()]);
});

test('a cut link is down at once on both sides, and up again soon', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  await link(a, b);
  b.cut();
  // Not a tick from here on: it is not silence that is noticed.
  await until(() => downs(a).length > 0 && downs(b).length > 0);
  t.deepEqual([...a.links.alive(), ...b.links.alive()], []);
  a.links.send(b.actor, [numbered(1)]);
  b.links.send(a.actor, [numbered(1)]);
  await linked(a, b);
  a.links.send(b.actor, [numbered(2)]);
  b.links.send(a.actor, [numbered(2)]);
  await until(() => received(a).length > 0 && received(b).length > 0);
  for (const each of [a, b]) {
    t.deepEqual(received(each), [numbered(2)], 'what was sent while the link was down is lost');
    const kinds = each.happened.map(({ kind }) => kind);
    t.deepEqual(kinds, ['up', 'down', 'up', 'receive']);
  }
  await Promise.all([a.kill(), b.kill()]);
});

test('after a link was up, pauses begin short again', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  let refusals = 5;
  b.admit = () => (refusals-- > 0 ? 'not yet' : null);
  await link(a, b);
  b.cut();
  await until(() => downs(a).length > 0 && downs(b).length > 0);
  tick(2, a);
  await until(() => b.links.alive().size > 0);
  t.is(b.happened.filter(({ kind }) => kind === 'up').length, 2);
  await Promise.all([a.kill(), b.kill()]);
});

test('a killed peer is down at once, whichever of the two has dialed', async (t) => {
  const actors = await Promise.all(['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((host) => startActor(host)));
  await link(...actors);
  const [first, second, third] = actors;
  if (first === undefined || second === undefined || third === undefined) return t.fail();
  await second.kill();
  await until(() => downs(first).length > 0 && downs(third).length > 0);
  t.deepEqual([...first.links.alive()], [third.actor]);
  t.deepEqual([...third.links.alive()], [first.actor]);
  await Promise.all([first.kill(), third.kill()]);
});

test('a new link of a peer replaces its older one', async (t) => {
  const b = await startActor('127.0.0.2');
  const a = '127.0.0.1:9';
  b.configure([a, b.actor]);
  const ups = () => b.happened.filter(({ kind }) => kind === 'up').length;
  const older = await call(b.actor, '127.0.0.1', helloOf(a, b.actor, [a, b.actor]));
  older.socket.write(beat);
  await until(() => ups() === 1);

  const refused = await call(b.actor, '127.0.0.1', helloOf(a, b.actor, [a]));
  t.is(refused.response.statusCode, 409);
  const newer = await call(b.actor, '127.0.0.1', helloOf(a, b.actor, [a, b.actor], { incarnation: 2 }));
  t.is(newer.response.statusCode, 101);
  t.deepEqual(
    b.happened.map(({ kind }) => kind),
    ['up'],
    'neither a refused one, nor one that has not admitted',
  );

  newer.socket.write(beat);
  await until(() => ups() === 2);
  t.deepEqual(
    b.happened.map(({ kind }) => kind),
    ['up', 'down', 'up'],
  );
  t.deepEqual(downs(b), ['replaced by a new link']);
  await older.closed;
  b.links.send(a, [numbered(5)]);
  await until(() => newer.payloads.length === 1);
  t.deepEqual([...b.links.alive()], [a]);
  await b.kill();
  await newer.closed;
});

test('another config gives up the links of the one before; the same one does not', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  await link(a, b);
  a.configure([a.actor, b.actor]);
  t.deepEqual(downs(a), []);
  a.configure([a.actor]);
  t.deepEqual(downs(a), ['configured anew']);
  await until(() => downs(b).length === 1);
  a.links.send(b.actor, [numbered(1)]);
  await Promise.all([a.kill(), b.kill()]);
});

test('cut links are no failures of the server', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  for (let round = 0; round < 5; round += 1) {
    await link(a, b);
    if (round % 2 === 0) b.cut();
    else a.configure([a.actor]);
    await until(() => downs(a).length === round + 1 && downs(b).length === round + 1);
  }
  await Promise.all([a.kill(), b.kill()]);
  await turn();
  t.deepEqual([...a.failures, ...b.failures], []);
});
