import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import test from 'ava';
import { normaliseActor } from '../../src/actors.ts';
import { TEACH_AFTER_MS, ticks } from '../../src/limits.ts';
import { downs, link, numbered, portOf, startActor, tick, turn, until } from './actors.ts';
import { call, helloOf } from './raw.ts';

/** What keeps this process alive: sockets, servers, timers. */
function handles(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout|DNS|GetAddr/.test(kind));
}

async function gone(before: readonly string[]): Promise<void> {
  for (let turns = 0; turns < 1_000 && handles().length > before.length; turns += 1) await turn();
}

test.serial('close() leaves nothing of links that are up, and is told as down', async (t) => {
  const before = handles();
  const actors = await Promise.all(['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((host) => startActor(host)));
  await link(...actors);
  await Promise.all(actors.map(({ links }) => links.close()));
  for (const each of actors) t.deepEqual(downs(each).length, 2);
  for (const { server } of actors) server.close();
  await gone(before);
  t.deepEqual(handles(), before);
});

test.serial('close() leaves nothing of a dial that is under way, nor of a telling', async (t) => {
  const before = handles();
  const silent = createServer();
  silent.listen(0, '127.0.0.2');
  await once(silent, 'listening');
  const sockets: Socket[] = [];
  let closed = 0;
  silent.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('close', () => {
      closed += 1;
    });
    socket.resume();
    sockets.push(socket);
  });
  const a = await startActor('127.0.0.1');
  const b = normaliseActor({ host: '127.0.0.2', port: portOf(silent) });
  a.configure([a.actor, b]);
  tick(1, a);
  await until(() => sockets.length === 1);
  // Long enough for a telling and the next dial.
  tick(ticks(TEACH_AFTER_MS) + 1, a);
  const asked = a.links.whoAmI([b]);
  await until(() => sockets.length === 4);
  await a.links.close();
  t.deepEqual(await asked, []);
  await until(() => closed === 4);
  a.server.close();
  silent.close();
  await gone(before);
  t.deepEqual(handles(), before);
});

test.serial('close() before the dial has begun to connect', async (t) => {
  const before = handles();
  const a = await startActor('127.0.0.1');
  a.configure([a.actor, '127.0.0.2:9']);
  tick(1, a);
  await a.kill();
  await gone(before);
  t.deepEqual(handles(), before);
});

test.serial('close() leaves nothing of callers that have not said all yet', async (t) => {
  const before = handles();
  const b = await startActor('127.0.0.2');
  const a = '127.0.0.1:9';
  b.configure([a, b.actor]);
  const greeted = await call(b.actor, '127.0.0.1', helloOf(a, b.actor, [a, b.actor]));
  await b.links.close();
  await greeted.closed;
  await t.throwsAsync(call(b.actor, '127.0.0.1', helloOf(a, b.actor, [a, b.actor])), { code: 'ECONNRESET' });
  b.server.close();
  await gone(before);
  t.deepEqual(handles(), before);
});

test.serial('after close() nothing happens any more', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  await link(a, b);
  await a.links.close();
  await a.links.close();
  await until(() => downs(b).length === 1);
  const { length } = a.happened;
  a.configure([a.actor, b.actor]);
  a.links.send(b.actor, [numbered(1)]);
  for (let turns = 0; turns < 500; turns += 1) {
    if (turns % 10 === 0) tick(1, a);
    await turn();
  }
  t.is(a.happened.length, length);
  t.is(b.links.alive().size, 0);
  t.deepEqual(await a.links.whoAmI([a.actor]), []);
  await Promise.all([a.kill(), b.kill()]);
});
