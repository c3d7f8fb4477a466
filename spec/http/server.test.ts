import test from 'ava';
import { createHandler } from '../../src/http/handler.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { ask, connectRaw, head, heldIncrements, post, serve, stubService } from './harness.ts';

for (const [what, bytes, status, says] of [
  ['no HTTP at all', 'hello\r\n\r\n', 400, /malformed HTTP: /],
  ['a TLS handshake', '\x16\x03\x01\x02\x00\x01', 400, /malformed HTTP: /],
  ['HTTP/2 at once', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, /malformed HTTP: /],
  ['a space in the path', 'GET /counter/a b/value HTTP/1.1\r\nHost: a\r\n\r\n', 400, /malformed HTTP: /],
  [
    'bytes beyond ASCII in the path',
    'GET /counter/\xc3\xa9/value HTTP/1.1\r\nHost: a\r\n\r\n',
    400,
    /percent-encode/,
  ],
  [
    'a control character in a header',
    'GET /livez HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n',
    400,
    /malformed HTTP: /,
  ],
  ['a tunnel', 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n', 501, /CONNECT is for proxies/],
  ['no Host', 'GET /livez HTTP/1.1\r\n\r\n', 400, /must have a Host header/],
  ['two lengths', post('c', '1', 'Content-Length: 2'), 400, /malformed HTTP: .*Content-Length/],
  [
    'a length that is none',
    post('c', '1').replace('h: 1', 'h: one'),
    400,
    /malformed HTTP: .*Content-Length/,
  ],
  [
    'length and chunks',
    `${head(5, 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    400,
    /malformed HTTP: .*Transfer-Encoding/,
  ],
  [
    'a chunk size that is none',
    `${head(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked')}zz\r\n`,
    400,
    /malformed HTTP: /,
  ],
  [
    'a long path',
    `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    414,
    /path and query may have at most 4096 bytes/,
  ],
  [
    'a long header',
    `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    /head of a request may have at most 16384 bytes/,
  ],
  [
    'many headers',
    `GET /livez HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(5_000)}\r\n`,
    431,
    /head of a request may have at most/,
  ],
] as const) {
  test(`${what} is answered ${status} and the connection closed`, async (t) => {
    const { port, service, errors } = await serve(t);
    const client = await connectRaw(t, port);
    client.write(bytes);
    if (what === 'no Host') client.endWriting();
    const text = await client.closed();
    t.regex(text, new RegExp(`^HTTP/1\\.1 ${status} `));
    t.regex(text, /\r\nContent-Type: text\/plain; charset=utf-8\r\n/);
    const [, body = ''] = text.split('\r\n\r\n');
    t.regex(body, /^[ -~]+\n$/);
    t.regex(body, says);
    t.regex(text, new RegExp(`\r\nContent-Length: ${body.length}\r\n`));
    t.deepEqual(service.calls, []);
    t.deepEqual(errors, []);
  });
}

test('408: a head that does not end', async (t) => {
  const { port } = await serve(t, { headTimeoutMs: 20 });
  const client = await connectRaw(t, port);
  client.write('POST /counter/c HTTP/1.1\r\nHost: quo');
  t.regex(
    await client.closed(),
    /^HTTP\/1\.1 408 Request Timeout\r\n.*the head of the request did not arrive in time\n$/s,
  );
});

test('408: a body that does not end, by length or by chunks', async (t) => {
  const { port, service, errors } = await serve(t, { bodyTimeoutMs: 20 });
  const chunked = head(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked');
  for (const bytes of [head(2), `${head(2)}1`, chunked, `${chunked}1\r\n7\r\n`]) {
    const client = await connectRaw(t, port);
    client.write(bytes);
    const text = await client.received(/seconds\n$/);
    client.endWriting();
    t.is(await client.closed(), text);
    t.regex(
      text,
      /^HTTP\/1\.1 408 .*\r\nConnection: close\r\n.*the body did not arrive within 0\.02 seconds\n$/s,
    );
  }
  t.deepEqual(service.calls, []);
  t.deepEqual(errors, []);
});

test('413: a length that is too much is answered before the body', async (t) => {
  const { port, service } = await serve(t);
  const client = await connectRaw(t, port);
  client.write(head(2_049));
  const text = await client.received('may have at most 2048 bytes\n');
  t.regex(text, /^HTTP\/1\.1 413 Payload Too Large\r\n.*\r\nConnection: close\r\n/s);
  client.write('1'.repeat(2_049));
  t.is(await client.closed(), text, 'nothing else is answered');
  t.deepEqual(service.calls, []);
});

test('413: an endless body without a length is cut off', async (t) => {
  const { port, service } = await serve(t);
  const client = await connectRaw(t, port);
  client.write(head(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked'));
  const piece = `400\r\n${'1'.repeat(0x400)}\r\n`;
  client.write(piece + piece);
  client.write('1\r\n1\r\n');
  await client.received('may have at most 2048 bytes\n');
  client.write(piece.repeat(100));
  const text = await client.closed();
  t.is(text.match(/HTTP\/1\.1/g)?.length, 1);
  t.deepEqual(service.calls, []);
});

test('413: the answer is not lost to a reset, however much is on its way', async (t) => {
  const { port } = await serve(t);
  const client = await connectRaw(t, port);
  client.write(head(5_000_000) + '1'.repeat(5_000_000));
  t.regex(await client.closed(), /^HTTP\/1\.1 413 .*2048 bytes\n$/s);
  t.false(client.wasReset());
});

test('a body that is malformed is answered once, and its timeout is no error', async (t) => {
  const { port, service, errors } = await serve(t, { bodyTimeoutMs: 20 });
  const client = await connectRaw(t, port);
  client.write(`${head(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked')}1\r\n1\r\nzz\r\n`);
  const text = await client.closed();
  t.regex(text, /^HTTP\/1\.1 400 .*malformed HTTP: .*\n$/s);
  t.notRegex(text, /HTTP\/1\.1.*HTTP\/1\.1/s);
  t.false(client.wasReset());
  t.deepEqual(service.calls, []);
  t.deepEqual(errors, []);
});

test('an answer that leaves before the body has come closes the connection, on any route', async (t) => {
  const { port, service } = await serve(t);
  for (const [line, status] of [
    ['POST /nowhere', 404],
    ['PUT /counter/c', 405],
    ['POST /counter/%', 400],
    ['GET /livez', 200],
    ['HEAD /livez', 200],
  ] as const) {
    const client = await connectRaw(t, port);
    client.write(`${line} HTTP/1.1\r\nHost: quorate\r\nContent-Length: 9\r\n\r\n1234`);
    t.regex(
      await client.received('\r\n\r\n'),
      new RegExp(`^HTTP/1.1 ${status} .*\r\nConnection: close\r\n`, 's'),
    );
    client.write(`56789${post('c', '1')}`);
    t.notRegex(await client.closed(), /HTTP\/1\.1.*HTTP\/1\.1/s);
    t.false(client.wasReset());
  }
  t.deepEqual(service.calls, [], 'what follows on that connection is not served');
});

test('requests in one packet are answered in order on one connection, a bad one among them', async (t) => {
  const { port, service } = await serve(t);
  const client = await connectRaw(t, port);
  const read = 'GET /counter/b/value HTTP/1.1\r\nHost: quorate\r\n\r\n';
  client.write(
    post('a', '1') + post('a', '10') + post('a', 'x') + read + post('a', '100', 'Connection: close'),
  );
  const answers = (await client.closed())
    .split(/(?=HTTP\/1\.1 )/)
    .map((text) => text.split(/\r\n.*\r\n\r\n/s).join(': '));
  t.deepEqual(answers, [
    'HTTP/1.1 200 OK: 1',
    'HTTP/1.1 200 OK: 11',
    'HTTP/1.1 400 Bad Request: the body must be a non-negative integer in decimal digits, like 42; got "x"\n',
    'HTTP/1.1 200 OK: 0',
    'HTTP/1.1 200 OK: 111',
  ]);
  t.is(service.calls.length, 4);
});

test('malformed HTTP behind an increment under way does not take its answer', async (t) => {
  const { increment, arrived, release } = heldIncrements();
  const { port } = await serve(t, { increment });
  const client = await connectRaw(t, port);
  client.write(`${post('c', '1')}${post('c', '2')}rubbish\r\n\r\nmore rubbish`);
  await arrived(2);
  client.write('and more');
  release({ kind: 'counted', value: 1n, slot: 1 });
  release({ kind: 'counted', value: 3n, slot: 2 });
  const text = await client.closed();
  t.regex(
    text,
    /^HTTP\/1\.1 200 .*\r\n\r\n1HTTP\/1\.1 200 .*\r\n\r\n3HTTP\/1\.1 400 .*\r\n\r\nmalformed HTTP: .*\n$/s,
  );
});

test('a tunnel asked for behind increments under way does not take their answers', async (t) => {
  const { increment, arrived, release } = heldIncrements();
  const { port, stop } = await serve(t, { increment });
  const client = await connectRaw(t, port);
  client.write(`${post('c', '1')}${post('c', '2')}CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\nmore`);
  await arrived(2);
  release({ kind: 'counted', value: 1n, slot: 1 });
  release({ kind: 'counted', value: 3n, slot: 2 });
  t.regex(
    await client.closed(),
    /^HTTP\/1\.1 200 .*\r\n\r\n1HTTP\/1\.1 200 .*\r\n\r\n3HTTP\/1\.1 501 .*\r\n\r\nCONNECT is for proxies.*\n$/s,
  );
  t.deepEqual(await stop(60_000), { cut: 0 });
});

for (const [what, behind] of [
  ['', ''],
  [', behind them a tunnel', 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n'],
] as const) {
  test(`a client that is gone before its answers${what} keeps nothing waiting`, async (t) => {
    const { increment, arrived } = heldIncrements();
    const { port, errors, stop } = await serve(t, { increment });
    const client = await connectRaw(t, port);
    client.write(post('c', '1') + post('c', '2') + behind);
    await arrived(2);
    client.reset();
    t.deepEqual(await stop(60_000), { cut: 0 });
    t.deepEqual(errors, []);
  });
}

test('a client that closes its half of the connection still gets its answer', async (t) => {
  const { increment, arrived, release } = heldIncrements();
  const { port } = await serve(t, { increment });
  const client = await connectRaw(t, port);
  client.write(post('c', '1'));
  client.endWriting();
  await arrived(1);
  // Behind this, the end has been read too.
  await ask(port, 'GET', '/livez');
  release({ kind: 'counted', value: 1n, slot: 1 });
  t.regex(await client.closed(), /^HTTP\/1\.1 200 .*\r\n\r\n1$/s);
});

for (const how of ['reset', 'endWriting'] as const) {
  test(`a client that is gone in the middle of its body (${how}) is no error`, async (t) => {
    const { port, service, errors } = await serve(t);
    const client = await connectRaw(t, port);
    client.write(`${head(10, 'Expect: 100-continue')}12345`);
    await client.received('100 Continue');
    client[how]();
    const text = await client.closed();
    if (how === 'endWriting') t.regex(text, /HTTP\/1\.1 400 .*malformed HTTP: /s);
    t.is((await ask(port, 'GET', '/livez')).text, 'ok');
    t.deepEqual(service.calls, []);
    t.deepEqual(errors, []);
  });
}

test('a client that is gone before its answer is no error', async (t) => {
  const { increment, arrived, release } = heldIncrements();
  const { port, errors, stop } = await serve(t, { increment });
  const client = await connectRaw(t, port);
  client.write(post('c', '1'));
  await arrived(1);
  client.reset();
  release({ kind: 'counted', value: 1n, slot: 1 });
  t.is((await ask(port, 'GET', '/livez')).text, 'ok');
  t.deepEqual(await stop(60_000), { cut: 0 });
  t.deepEqual(errors, []);
});

test('a port that is taken is named', async (t) => {
  const { port } = await serve(t);
  const onError = () => {};
  const second = createHttpServer(createHandler({ service: stubService(), onError }), { onError });
  const error = await t.throwsAsync(second.listen(port, '127.0.0.1'));
  t.regex(error?.message ?? '', new RegExp(`^cannot listen on 127.0.0.1, port ${port}: .*EADDRINUSE`));
  t.true(error?.cause instanceof Error);
  t.deepEqual(await second.stop(0), { cut: 0 });
});

test('who offers an upgrade is answered as without, on one connection', async (t) => {
  const { port } = await serve(t);
  const client = await connectRaw(t, port);
  // As curl --http2 asks.
  const h2c = [
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
  ];
  client.write(post('c', '5', ...h2c));
  t.regex(await client.received(/\r\n\r\n5$/), /^HTTP\/1\.1 200 OK\r\n/);
  client.write(post('c', '2', ...h2c));
  t.regex(await client.received(/\r\n\r\n7$/), /5HTTP\/1\.1 200 OK\r\n/);
});
