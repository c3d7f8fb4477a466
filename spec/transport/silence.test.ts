import { once } from 'node:events';
import { createServer } from 'node:net';
import test from 'ava';
import { actorEndpoint, normaliseActor } from '../../src/actors.ts';
import { BEAT_MS, DIAL_TIMEOUT_MS, SUSPECT_MS, ticks } from '../../src/limits.ts';
import { paceOf } from '../../src/transport/pace.ts';
import {
  downs,
  linked,
  numbered,
  portOf,
  received,
  startActor,
  type TestActor,
  tick,
  turn,
  until,
} from './actors.ts';
import { call, helloOf, startProxy } from './raw.ts';

/** Two actors, the second of which is reached through a proxy only. */
async function proxied() {
  const proxy = await startProxy('127.0.0.2');
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  proxy.target = actorEndpoint(b.actor);
  const actors = [a.actor, proxy.actor];
  const known = { ...b, actor: proxy.actor };
  a.configure(actors);
  b.configure(actors, { self: proxy.actor });
  await linked(a, known);
  await converse(a, known);
  return { a, b: known, proxy };
}

/** Both hear each other now. */
async function converse(a: TestActor, b: TestActor): Promise<void> {
  const heard = [received(a).length, received(b).length];
  a.links.send(b.actor, [numbered(1)]);
  b.links.send(a.actor, [numbered(1)]);
  await until(() => received(a).length !== heard[0] && received(b).length !== heard[1]);
}

async function turns(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await turn();
}

test('a cut cable is noticed on both sides by silence, and both sockets are destroyed', async (t) => {
  const { a, b, proxy } = await proxied();
  proxy.cut('both');
  const closed = [...proxy.sockets].map((socket) => once(socket, 'close'));
  t.is(closed.length, 2);
  tick(ticks(SUSPECT_MS) - 1, a, b);
  t.deepEqual([downs(a), downs(b)], [[], []]);
  tick(1, a, b);
  t.deepEqual([downs(a), downs(b)], [['silent'], ['silent']]);
  await Promise.all(closed);
  proxy.close();
  await Promise.all([a.kill(), b.kill()]);
});

for (const direction of ['to target', 'to caller'] as const) {
  test(`a cable that is cut in one direction only, ${direction}`, async (t) => {
    const { a, b, proxy } = await proxied();
    proxy.cut(direction);
    const [deaf, heard] = direction === 'to target' ? [b, a] : [a, b];
    for (let time = 0; time < ticks(SUSPECT_MS) - 1; time += 1) {
      tick(1, a, b);
      await turns(10);
    }
    t.deepEqual([downs(a), downs(b)], [[], []]);
    tick(1, a, b);
    t.deepEqual([downs(deaf), downs(heard)], [['silent'], []]);
    // The other one hears of the end, or nothing any more.
    for (let time = 0; time < ticks(SUSPECT_MS) && downs(heard).length === 0; time += 1) {
      tick(1, heard);
      await turns(10);
    }
    t.is(downs(heard).length, 1);
    proxy.close();
    await Promise.all([a.kill(), b.kill()]);
  });
}

test('beats keep a link of few words up, in both directions', async (t) => {
  const { a, b, proxy } = await proxied();
  for (let time = 0; time < 3 * ticks(SUSPECT_MS); time += 1) {
    tick(1, a, b);
    await turns(10);
  }
  t.deepEqual([downs(a), downs(b)], [[], []]);
  proxy.close();
  await Promise.all([a.kill(), b.kill()]);
});

test('one beat for every BEAT_MS without a word, none in between', async (t) => {
  const b = await startActor('127.0.0.2');
  const a = '127.0.0.1:9';
  b.configure([a, b.actor]);
  const caller = await call(b.actor, '127.0.0.1', helloOf(a, b.actor, [a, b.actor]));
  caller.socket.write(Buffer.alloc(4));
  await until(() => b.links.alive().size === 1);
  tick(ticks(BEAT_MS) - 1, b);
  b.links.send(a, [numbered(1)]);
  tick(2 * ticks(BEAT_MS), b);
  b.links.send(a, [numbered(2)]);
  await until(() => caller.payloads.length >= 4);
  t.deepEqual(
    caller.payloads.map(({ length }) => length > 0),
    [true, false, false, true],
    'message, beat, beat, message',
  );
  await b.kill();
});

test('time that passes without ticks accuses nobody', async (t) => {
  const { a, b, proxy } = await proxied();
  // As if the process had been stopped: the clock goes on, the timer does not.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SUSPECT_MS + 100);
  tick(1, a, b);
  await turns(10);
  await converse(a, b);
  t.deepEqual([downs(a), downs(b)], [[], []]);
  proxy.close();
  await Promise.all([a.kill(), b.kill()]);
});

test('who accepts connections and never answers is dialed again, after DIAL_TIMEOUT_MS and a growing pause', async (t) => {
  let calls = 0;
  let open = 0;
  const silent = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (head) => {
      // The other connections are to tell it the config.
      if (!head.toString().startsWith('GET /peer/link')) return;
      calls += 1;
      open += 1;
      socket.on('close', () => {
        open -= 1;
      });
    });
  });
  silent.listen(0, '127.0.0.2');
  await once(silent, 'listening');
  const a = await startActor('127.0.0.1');
  a.configure([a.actor, normaliseActor({ host: '127.0.0.2', port: portOf(silent) })]);
  tick(1, a);
  // Three quarters of what the pause has grown to, as the injected random is a half.
  for (const [tries, pause] of [2, 3, 6, 12, 15, 15].entries()) {
    await until(() => calls === tries + 1 && open === 1);
    tick(ticks(DIAL_TIMEOUT_MS) - 1, a);
    await turns(20);
    t.is(open, 1, 'still trying');
    tick(1, a);
    await until(() => open === 0);
    tick(pause - 1, a);
    await turns(20);
    t.is(calls, tries + 1, `pause of ${pause} ticks`);
    tick(1, a);
  }
  await until(() => calls === 7);
  t.deepEqual(a.happened, []);
  t.is(a.logged.filter(({ event }) => event === 'peer not reached').length, 1, 'logged once');
  await a.kill();
  silent.close();
});

test('a caller without its word that it admits is cut off', async (t) => {
  const b = await startActor('127.0.0.2');
  const a = '127.0.0.1:9';
  b.configure([a, b.actor]);
  const mute = await call(b.actor, '127.0.0.1', helloOf(a, b.actor, [a, b.actor]));
  let isCut = false;
  void mute.closed.then(() => {
    isCut = true;
  });
  tick(ticks(DIAL_TIMEOUT_MS) - 1, b);
  await turns(20);
  t.false(isCut);
  tick(1, b);
  await mute.closed;
  t.deepEqual(b.happened, []);
  await b.kill();
});

test('the times of a large cluster grow with it', (t) => {
  t.deepEqual(paceOf(10), paceOf(3));
  t.is(paceOf(20).suspect, 2 * paceOf(10).suspect);
  t.is(paceOf(25).beat, ticks(2.5 * BEAT_MS));
  t.is(paceOf(20).handshake, ticks(2 * DIAL_TIMEOUT_MS));
});
