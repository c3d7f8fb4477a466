import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import test from 'ava';
import { PlainConnections, PlainParser } from '../../src/http/plain-connections.ts';
import { adopt } from '../../src/sockets.ts';
import { ask, connectRaw, heldIncrements, post, type RawClient, serve } from './harness.ts';

const get = (path: string, ...headers: string[]) =>
  `${[`GET ${path} HTTP/1.1`, 'Host: quorate', ...headers].join('\r\n')}\r\n\r\n`;

/** An answer with all of its body. */
function isWhole(answer: string): boolean {
  const [, length] = /^HTTP.*\r\nContent-Length: (\d+)\r\n/s.exec(answer) ?? [];
  return Buffer.byteLength(answer.split('\r\n\r\n')[1] ?? '') === Number(length);
}

const undated = (text: string) => text.replace(/\r\nDate: [A-Z][a-z]{2}, [^\r]* GMT\r\n/, '\r\n');

const plain = (text: string, parser = new PlainParser()) => parser.parse(Buffer.from(text, 'latin1'));

test('what clients send is understood', (t) => {
  const increment = { type: 'increment', segment: 'c', body: '42' };
  t.deepEqual(plain(post('c', '42')), increment);
  t.deepEqual(
    plain(
      post(
        'c',
        '42',
        'User-Agent: curl/7.88.1',
        'Accept: */*',
        'Content-Type: application/x-www-form-urlencoded',
      ),
    ),
    increment,
  );
  t.deepEqual(plain(post('c', '42', 'connection: Keep-Alive', 'accept-encoding: gzip, deflate')), increment);
  t.deepEqual(plain(post('c', '')), { ...increment, body: '' });
  t.deepEqual(plain(get('/counter/a-b.c/value')), { type: 'value', segment: 'a-b.c' });
  t.deepEqual(plain(get('/counter/c/consistent_value')), { type: 'consistent_value', segment: 'c' });
});

test('a request means the same whatever came before it', (t) => {
  const long = 'x'.repeat(2_000);
  const requests = [
    post('c', '42'),
    post('d', '43'),
    post('d', '4'),
    post('d', '43').slice(0, -1),
    post('d', '43', 'X: y'),
    post('d', '44', 'X: y'),
    get('/counter/c/value'),
    get('/counter/d/value'),
    'GET /counter/c/value HTTP/1.1\r\n\r\n',
    get('/counter/d/value'),
    post('c', '42', `User-Agent: ${long}`),
    post('c', '43', `User-Agent: ${long}y`),
    post('c', '42'),
  ];
  const parser = new PlainParser();
  for (const first of requests) {
    for (const text of requests) {
      plain(first, parser);
      t.deepEqual(plain(text, parser), plain(text), `${first}, then ${text}`);
    }
  }
});

for (const [what, text] of [
  ['half of a head', post('c', '1').slice(0, 30)],
  ['a head without its body', post('c', '1').slice(0, -1)],
  ['more than one request', post('c', '1') + post('c', '1')],
  ['more than a head may have', post('c', '1', `User-Agent: ${'x'.repeat(16_384)}`)],
  ['no length', 'POST /counter/c HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['two lengths', post('c', '1', 'Content-Length: 1')],
  ['a length that is none', post('c', '1').replace('h: 1', 'h: +1')],
  ['a body that is too long', post('c', '1'.repeat(2_049))],
  ['a read with a body', `${get('/counter/c/value', 'Content-Length: 1')}1`],
  ['no Host', post('c', '1').replace('Host: quorate\r\n', '')],
  ['two Hosts', post('c', '1', 'Host: other')],
  ['HTTP/1.0', post('c', '1').replace('1.1', '1.0')],
  ['another method', post('c', '1').replace('POST', 'PUT')],
  ['a method in small letters', post('c', '1').replace('POST', 'post')],
  ['a read by POST', post('c/value', '1')],
  ['an increment by GET', get('/counter/c')],
  ['a query', get('/counter/c/consistent_value?actors=all')],
  ['an encoded name', get('/counter/a%20b/value')],
  ['a fragment', get('/counter/a#b/value')],
  ['an empty name', get('/counter//value')],
  ['another path', get('/livez')],
  ['lines without a carriage return', post('c', '1').replaceAll('\r', '')],
  ['a folded field', post('c', '1', 'User-Agent: a\r\n b')],
  ['a control character', post('c', '1', 'User-Agent: \x01')],
  ['a field that says more', post('c', '1', 'Connection: close')],
  ['chunks', post('c', '1', 'Transfer-Encoding: chunked')],
  ['another form', get('/counter/c/value', 'Accept: application/json')],
  ['a word awaited', post('c', '1', 'Expect: 100-continue')],
  ['a compressed body', post('c', '1', 'Content-Encoding: gzip')],
  ['another protocol', get('/counter/c/value', 'Upgrade: h2c')],
  ['a field that begins like a known one', get('/counter/c/value', 'Origin-Y: y')],
  ['an unknown field', get('/counter/c/value', 'X: y')],
] as const) {
  test(`${what} is left to node:http`, (t) => {
    t.is(plain(text), null);
  });
}

test('the same bytes are answered as by node:http', async (t) => {
  const [one, other] = [await serve(t), await serve(t)];
  const client = await connectRaw(t, one.port);
  const viaHttp = await connectRaw(t, other.port);
  const requests = [
    (...fields: string[]) => post('c', '12', ...fields),
    (...fields: string[]) => post('c', ' 007\n', ...fields),
    (...fields: string[]) => post('c', '', ...fields),
    (...fields: string[]) => post('c', 'x\xe9', ...fields),
    (...fields: string[]) => post('c', '9'.repeat(1_001), ...fields),
    (...fields: string[]) => get('/counter/c/value', ...fields),
    (...fields: string[]) => get('/counter/c/consistent_value', ...fields),
    (...fields: string[]) => get('/counter/none/value', ...fields),
  ];
  const exchange = async (raw: RawClient, request: string, seen: number) => {
    raw.write(request);
    const text = await raw.received((all) => isWhole(all.slice(seen)));
    return text.slice(seen);
  };
  let [seen, seenViaHttp] = [0, 0];
  for (const request of requests) {
    const answer = await exchange(client, request(), seen);
    const wanted = await exchange(viaHttp, request('X: y'), seenViaHttp);
    seen += answer.length;
    seenViaHttp += wanted.length;
    t.is(undated(answer), undated(wanted));
    t.not(undated(answer), answer);
  }
  t.deepEqual(one.service.calls, other.service.calls);
});

test('what comes behind a request under way is served after it, whatever it is', async (t) => {
  const { increment, arrived, release } = heldIncrements();
  const { port, service } = await serve(t, { increment });
  const client = await connectRaw(t, port);
  client.write(post('c', '1'));
  await arrived(1);
  client.write(get('/counter/c/value'));
  // Behind this, the next request has been read too.
  await ask(port, 'GET', '/livez');
  release({ kind: 'counted', value: 1n, slot: 1 });
  await client.received(/\r\n\r\n1HTTP\/1\.1 200 .*\r\n\r\n0$/s);
  client.write(post('c', '2'));
  await arrived(2);
  client.write(get('/livez', 'X: y'));
  await ask(port, 'GET', '/livez');
  release({ kind: 'counted', value: 3n, slot: 2 });
  await client.received(/\r\n\r\n3HTTP\/1\.1 200 .*\r\n\r\nok$/s);
  client.write(post('c', '3', 'Connection: close'));
  await arrived(3);
  release({ kind: 'counted', value: 6n, slot: 3 });
  t.regex(await client.closed(), /\r\nConnection: close\r\n\r\n6$/);
  t.is(service.calls.length, 4);
});

test('a client that closes its half behind its last answer is let go', async (t) => {
  const { port, stop } = await serve(t);
  const client = await connectRaw(t, port);
  client.write(post('c', '1'));
  await client.received(/\r\n\r\n1$/);
  client.endWriting();
  t.regex(await client.closed(), /\r\n\r\n1$/);
  t.false(client.wasReset());
  t.deepEqual(await stop(60_000), { cut: 0 });
});

test('a client that does not read its answer yet is waited for', async (t) => {
  // More than the buffers of the kernel take.
  const text = 'x'.repeat(30_000_000);
  const plain = new PlainConnections({
    answer: ({ segment }, done) =>
      done({ status: 200, headers: {}, text: segment === 'long' ? text : '1', json: {} }),
    handOver: (socket) => socket.destroy(),
    settled: () => {},
    headTimeoutMs: 60_000,
  });
  const server = createServer({ allowHalfOpen: true }, (socket) => plain.accept(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const client = await connectRaw(t, port);
  client.write(get('/counter/long/value'));
  await client.received((received) => received.length > text.length);
  client.write(get('/counter/short/value'));
  const received = await client.received((all) => all.endsWith('\r\n\r\n1'));
  t.is(received.match(/HTTP\/1\.1 200 OK/g)?.length, 2);
  t.is(plain.underWay, 0);
});

test('what is handed over stays as it was, whatever is read from others', async (t) => {
  const handedOver: Buffer[] = [];
  const plain = new PlainConnections({
    answer: async () => ({ status: 200, headers: {}, text: '1', json: {} }),
    handOver: (socket, bytes) => {
      handedOver.push(bytes);
      socket.destroy();
    },
    settled: () => {},
    headTimeoutMs: 60_000,
  });
  const server = createServer({ allowHalfOpen: true }, (socket) => plain.accept(adopt(socket)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (const text of ['not HTTP', 'nor this']) {
    const client = await connectRaw(t, port);
    client.write(text);
    await client.closed();
  }
  t.deepEqual(handedOver.map(String), ['not HTTP', 'nor this']);
});

test('stop lets an answer leave that its client has not read yet', async (t) => {
  const text = 'x'.repeat(30_000_000);
  let settled = () => {};
  const hasSettled = new Promise<void>((resolve) => {
    settled = resolve;
  });
  const plain = new PlainConnections({
    answer: (_, done) => done({ status: 200, headers: {}, text, json: {} }),
    handOver: (socket) => socket.destroy(),
    settled: () => settled(),
    headTimeoutMs: 60_000,
  });
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    plain.accept(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => server.close());
  const client = await connectRaw(t, (server.address() as AddressInfo).port);
  client.write(get('/counter/c/value'));
  await client.received('HTTP/1.1 200 OK');
  t.is(plain.underWay, 1, 'it is under way until it has left');
  plain.stop();
  await hasSettled;
  t.is(plain.underWay, 0);
  for (const socket of sockets) socket.destroy();
  t.true((await client.closed()).endsWith(text));
});

test('a client that has gone is not waited for', async (t) => {
  const { increment, arrived } = heldIncrements();
  const { port, stop, errors } = await serve(t, { increment });
  const client = await connectRaw(t, port);
  client.write(post('c', '1'));
  await arrived(1);
  client.reset();
  t.deepEqual(await stop(60_000), { cut: 0 });
  t.deepEqual(errors, []);
});

test('stop closes connections that were answered before, at once', async (t) => {
  const { port, stop } = await serve(t);
  const client = await connectRaw(t, port);
  client.write(post('c', '1'));
  await client.received(/\r\n\r\n1$/);
  t.deepEqual(await stop(60_000), { cut: 0 });
  await client.closed();
});
