import test from 'ava';
import { ask, serve } from './harness.ts';

test('POST /config hands on normalised addresses in the order in which they came', async (t) => {
  const { port, service } = await serve(t);
  const actors = ['10.0.0.2:7777', '[::1]:7778', '10.0.0.1', '2001:DB8:0::1', '10.0.0.1:7778'];
  const body = JSON.stringify({ actors, comment: 'ignored', __proto__: null });
  const reply = await ask(port, 'POST', '/config', { body });
  t.is(reply.status, 200);
  t.is(reply.text, 'configured: this is 10.0.0.1, one of 5\n');
  t.is(reply.headers['counter-actor'], '10.0.0.1');
  t.deepEqual(service.calls, ['configure 10.0.0.2 [::1]:7778 10.0.0.1 2001:db8::1 10.0.0.1:7778']);
  const headers = { Accept: 'application/json' };
  const json = await ask(port, 'POST', '/config', { headers, body: '\ufeff {"actors":["10.0.0.1:7777"]}\n' });
  t.deepEqual(JSON.parse(json.text), { self: '10.0.0.1', changed: true, actors: ['10.0.0.1'] });
});

test('POST /config takes the most actors that a cluster may have', async (t) => {
  const { port, service } = await serve(t);
  const actors = Array.from(
    { length: 128 },
    (_, index) => `[2001:db8:1234:5678:9abc:def0:1234:${index + 1}]:12345`,
  );
  t.is((await ask(port, 'POST', '/config', { body: JSON.stringify({ actors }, null, 8) })).status, 200);
  t.is(service.calls[0]?.split(' ').length, 129);
});

test('POST /config, each outcome', async (t) => {
  const outcomes = [
    [{ kind: 'configured', self: '::1', changed: false }, 200, 'configured already: this is ::1, one of 1\n'],
    [{ kind: 'conflict', reason: 'other actors' }, 409, 'other actors\n'],
    [{ kind: 'unidentified', reason: 'none is this actor' }, 400, 'none is this actor\n'],
    [{ kind: 'refused', reason: 'storage failed', retryAfter: 5 }, 503, 'storage failed\n'],
  ] as const;
  for (const [outcome, status, text] of outcomes) {
    const { port } = await serve(t, { configure: async () => outcome });
    const reply = await ask(port, 'POST', '/config', { body: '{"actors":["::1"]}' });
    t.is(reply.status, status);
    t.is(reply.text, text);
    t.is(reply.headers['retry-after'], status === 503 ? '5' : undefined);
  }
});

test('livez: the process is alive, ready or not', async (t) => {
  const { port } = await serve(t, { self: null, readiness: () => ({ ready: false, reason: 'no config' }) });
  const reply = await ask(port, 'GET', '/livez');
  t.is(reply.status, 200);
  t.is(reply.text, 'ok');
});

test('readyz gives the reason with 200 or 503', async (t) => {
  const ready = await serve(t);
  const yes = await ask(ready.port, 'GET', '/readyz');
  t.is(yes.status, 200);
  t.is(yes.text, 'a majority is reachable\n');
  const unready = await serve(t, { readiness: () => ({ ready: false, reason: 'no config' }) });
  const no = await ask(unready.port, 'GET', '/readyz');
  t.is(no.status, 503);
  t.is(no.text, 'no config\n');
  const headers = { Accept: 'application/json' };
  t.deepEqual(JSON.parse((await ask(ready.port, 'GET', '/readyz', { headers })).text), {
    ready: true,
    reason: 'a majority is reachable',
  });
  t.is(JSON.parse((await ask(unready.port, 'GET', '/readyz', { headers })).text).detail, 'no config');
});

test('HEAD is GET without the body', async (t) => {
  const { port } = await serve(t);
  await ask(port, 'POST', '/counter/c', { body: '12345' });
  for (const path of ['/counter/c/value', '/counter/c/consistent_value', '/livez', '/readyz', '/nowhere']) {
    const get = await ask(port, 'GET', path);
    const head = await ask(port, 'HEAD', path);
    t.is(head.text, '');
    t.is(head.status, get.status);
    t.deepEqual({ ...head.headers, date: '' }, { ...get.headers, date: '' });
  }
});

test('OPTIONS names the methods of a path', async (t) => {
  const { port, service } = await serve(t);
  for (const [path, allow] of [
    ['/counter/c', 'POST'],
    ['/counter/c/value', 'HEAD, GET'],
    ['/config', 'POST'],
  ] as const) {
    const reply = await ask(port, 'OPTIONS', path);
    t.is(reply.status, 200);
    t.is(reply.headers.allow, allow);
    t.is(reply.text, `${allow}\n`);
  }
  t.is((await ask(port, 'OPTIONS', '/nowhere')).status, 404);
  t.deepEqual(service.calls, []);
});

test('what nobody expected is a 500 that leaks nothing, and is told to onError', async (t) => {
  const secret = new Error('the password is xyzzy');
  const fail = () => {
    throw secret;
  };
  const { port, errors } = await serve(t, {
    increment: fail,
    value: fail,
    consistentValue: fail,
    configure: fail,
    readiness: fail,
  });
  for (const [method, path, body] of [
    ['POST', '/counter/c', '1'],
    ['GET', '/counter/c/value', ''],
    ['GET', '/counter/c/consistent_value', ''],
    ['POST', '/config', '{"actors":["::1"]}'],
    ['GET', '/readyz', ''],
  ] as const) {
    for (const headers of [{}, { Accept: 'application/json' }]) {
      const reply = await ask(port, method, path, { headers, body });
      t.is(reply.status, 500);
      t.notRegex(reply.text + JSON.stringify(reply.headers), /xyzzy|at |\.ts/);
      t.regex(reply.text, /unknown whether the request took effect/);
    }
  }
  t.is(errors.length, 10);
  t.true(errors.every((error) => error === secret));
});

test('routes under /peer/ are mounted beside the others', async (t) => {
  const { port, errors } = await serve(t, {
    peerRoutes: (router) => {
      router.get('/peer/nonce', (ctx) => {
        ctx.body = 'nonce';
      });
      router.post('/peer/broken', () => {
        throw new Error('broken');
      });
    },
  });
  t.is((await ask(port, 'GET', '/peer/nonce')).text, 'nonce');
  t.is((await ask(port, 'POST', '/peer/broken')).status, 500);
  t.is((await ask(port, 'GET', '/peer/broken')).status, 405);
  t.is((await ask(port, 'GET', '/peer/none')).status, 404);
  t.is(errors.length, 1);
});
