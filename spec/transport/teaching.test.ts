import type { IncomingMessage, ServerResponse } from 'node:http';
import test from 'ava';
import { PEER_REQUEST_TIMEOUT_MS, TEACH_AFTER_MS, TEACH_PAUSE_MS, ticks } from '../../src/limits.ts';
import { link, startActor, tick, turn, until } from './actors.ts';
import { type RawServer, serve } from './raw.ts';

interface Pupil extends RawServer {
  readonly told: unknown[];
}

/** A peer without a config: it refuses links, and answers each telling as told, or not at all. */
async function pupil(host: string, answer: (response: ServerResponse) => void): Promise<Pupil> {
  const told: unknown[] = [];
  const server = await serve(host, {
    asked(request, response) {
      if (request.method === 'POST' && request.url === '/config') {
        void body(request).then((text) => {
          told.push([request.headers['content-type'], JSON.parse(text)]);
          answer(response);
        });
      } else {
        response.writeHead(503).end('not configured\n');
      }
    },
  });
  return { ...server, told };
}

async function body(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

async function turns(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await turn();
}

test('a peer whose link stays down is told the config, whichever of the two dials', async (t) => {
  const ok = (response: ServerResponse) => void response.writeHead(204).end();
  const [lower, higher] = await Promise.all([pupil('127.0.0.1', ok), pupil('127.0.0.3', ok)]);
  const b = await startActor('127.0.0.2');
  const actors = [lower.actor, b.actor, higher.actor];
  b.configure(actors);
  tick(ticks(TEACH_AFTER_MS), b);
  await turns(20);
  t.deepEqual([lower.told, higher.told], [[], []], 'not yet');
  tick(1, b);
  await until(() => lower.told.length === 1 && higher.told.length === 1);
  t.deepEqual([...lower.told, ...higher.told], Array(2).fill(['application/json', { actors }]));

  const answered = () => b.logged.filter(({ event }) => event === 'config told').length;
  await until(() => answered() === 2);
  tick(ticks(TEACH_PAUSE_MS) - 1, b);
  await turns(20);
  t.deepEqual([lower.told.length, higher.told.length], [1, 1], 'not again so soon');
  tick(2, b);
  await until(() => lower.told.length === 2 && higher.told.length === 2);
  t.true(b.logged.every(({ level }) => level === 'debug' || level === 'info'));
  await b.kill();
  lower.close();
  higher.close();
});

test('one telling at a time, and none that is under way outlives close()', async (t) => {
  const mute = await pupil('127.0.0.3', () => {});
  const b = await startActor('127.0.0.2');
  b.configure([b.actor, mute.actor]);
  tick(ticks(TEACH_AFTER_MS) + 1, b);
  await until(() => mute.told.length === 1);
  const told = performance.now();
  tick(5 * ticks(TEACH_PAUSE_MS), b);
  await turns(20);
  t.is(mute.told.length, 1);
  await b.kill();
  t.true(performance.now() - told < PEER_REQUEST_TIMEOUT_MS, 'it did not wait for an answer');
  mute.close();
});

test('peers with a link are not told', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  await link(a, b);
  for (let time = 0; time < 3 * ticks(TEACH_AFTER_MS); time += 1) {
    tick(1, a, b);
    await turns(5);
  }
  for (const { logged } of [a, b])
    t.deepEqual(
      logged.map(({ event }) => event),
      ['link up'],
    );
  await Promise.all([a.kill(), b.kill()]);
});

test('who has another config says so; that is logged once', async (t) => {
  const other = await pupil(
    '127.0.0.3',
    (response) => void response.writeHead(409).end('another set of actors'),
  );
  const b = await startActor('127.0.0.2');
  b.configure([b.actor, other.actor]);
  tick(ticks(TEACH_AFTER_MS), b);
  for (let tellings = 1; tellings <= 3; tellings += 1) {
    await until(
      () => other.told.length === tellings,
      () => tick(1, b),
    );
    await turns(20);
  }
  const warnings = b.logged.filter(({ level }) => level === 'warn');
  t.deepEqual(
    warnings.filter(({ event }) => event === 'config refused').map(({ fields }) => fields),
    [{ peer: other.actor, reason: 'another set of actors' }],
  );
  await b.kill();
  other.close();
});

test('an actor finds out which of the actors it is, before any config', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2', 'other nonce')]);
  const same = await startActor('127.0.0.3', 'nonce of 127.0.0.1');
  const strange = await serve('127.0.0.4', {
    asked: (_, response) => void response.writeHead(500).end('nonce of 127.0.0.1'),
  });
  const closed = '127.0.0.5:9';
  t.deepEqual(await a.links.whoAmI([closed, b.actor, strange.actor, a.actor]), [a.actor]);
  t.deepEqual(await a.links.whoAmI([closed, b.actor]), []);
  t.deepEqual(await a.links.whoAmI([same.actor, a.actor]), [same.actor, a.actor]);
  await Promise.all([a.kill(), b.kill(), same.kill()]);
  strange.close();
});

test('who does not answer is not this actor', async (t) => {
  const mute = await serve('127.0.0.4', { asked: () => {} });
  const a = await startActor('127.0.0.1');
  t.deepEqual(await a.links.whoAmI([mute.actor, a.actor]), [a.actor]);
  await a.kill();
  mute.close();
});
