import test from 'ava';
import fc from 'fast-check';
import { ask, connectRaw, post, serve } from './harness.ts';

test('a counted increment is 200 with the value right after it', async (t) => {
  const { port, service } = await serve(t);
  const first = await ask(port, 'POST', '/counter/visits', { body: '5' });
  t.is(first.status, 200);
  t.is(first.text, '5');
  t.is(first.headers['content-type'], 'text/plain; charset=utf-8');
  t.is(first.headers['content-length'], '1');
  t.is(first.headers['cache-control'], 'no-store');
  t.is(first.headers['counter-slot'], '1');
  t.is(first.headers['counter-consistency'], 'linearizable');
  t.is(first.headers['counter-actor'], '10.0.0.1');
  const second = await ask(port, 'POST', '/counter/visits', { body: '37' });
  t.is(second.text, '42');
  t.is(second.headers['counter-slot'], '2');
  t.deepEqual(service.calls, ['increment visits 5', 'increment visits 37']);
});

test('value is local, consistent_value linearizable, and a counter that nobody incremented is 0 in slot 0', async (t) => {
  const { port, service } = await serve(t);
  await ask(port, 'POST', '/counter/c', { body: '7' });
  for (const [path, consistency] of [
    ['value', 'local'],
    ['consistent_value', 'linearizable'],
  ] as const) {
    const known = await ask(port, 'GET', `/counter/c/${path}`);
    t.is(known.status, 200);
    t.is(known.text, '7');
    t.is(known.headers['counter-slot'], '1');
    t.is(known.headers['counter-consistency'], consistency);
    t.is(known.headers['counter-actor'], '10.0.0.1');
    t.is(known.headers['counter-unreachable'], undefined);
    t.is(known.headers['cache-control'], 'no-store');
    const unknown = await ask(port, 'GET', `/counter/nobody/${path}`);
    t.is(unknown.text, '0');
    t.is(unknown.headers['counter-slot'], '0');
  }
  t.deepEqual(service.calls.slice(1), [
    'value c',
    'value nobody',
    'consistentValue c',
    'consistentValue nobody',
  ]);
});

test('a consistent read names the actors that it did not hear', async (t) => {
  const unreachable = ['10.0.0.3', '[::1]:7778'];
  const { port } = await serve(t, {
    consistentValue: (_name, _options, done) => done({ kind: 'read', value: 1n, slot: 1, unreachable }),
  });
  const { headers } = await ask(port, 'GET', '/counter/c/consistent_value');
  t.is(headers['counter-unreachable'], '10.0.0.3, [::1]:7778');
});

test('actors=all demands every actor, other parameters mean nothing', async (t) => {
  const { port, service } = await serve(t);
  for (const query of [
    '?actors=all',
    '?x=1&actors=all',
    '?actors=all&actors=all',
    '?actors=%61ll',
    '?x=y',
    '?',
  ]) {
    t.is((await ask(port, 'GET', `/counter/c/consistent_value${query}`)).status, 200);
  }
  await ask(port, 'GET', '/counter/c/value?x=1');
  await ask(port, 'POST', '/counter/c?x=1', { body: '1' });
  const all = 'consistentValue c all';
  t.deepEqual(service.calls, [
    all,
    all,
    all,
    all,
    'consistentValue c',
    'consistentValue c',
    'value c',
    'increment c 1',
  ]);
});

test('202: the amount is recorded; the body can be taken for no number', async (t) => {
  const { port } = await serve(t, { increment: (_name, _amount, done) => done({ kind: 'recorded' }) });
  const reply = await ask(port, 'POST', '/counter/c', { body: '1' });
  t.is(reply.status, 202);
  t.is(reply.text, 'recorded');
  t.true(Number.isNaN(Number.parseFloat(reply.text)));
  t.is(reply.headers['counter-actor'], '10.0.0.1');
  t.is(reply.headers['counter-slot'], undefined);
  t.is(reply.headers['counter-consistency'], undefined);
  const json = await ask(port, 'POST', '/counter/c', { body: '1', headers: { Accept: 'application/json' } });
  t.is(json.status, 202);
  t.is(json.headers['content-type'], 'application/json');
  t.deepEqual(JSON.parse(json.text), { name: 'c', outcome: 'recorded' });
});

test('504: it is unknown whether the increment counts', async (t) => {
  const { port, errors } = await serve(t, { increment: (_name, _amount, done) => done({ kind: 'unknown' }) });
  const reply = await ask(port, 'POST', '/counter/c', { body: '1' });
  t.is(reply.status, 504);
  t.regex(reply.text, /^it was not seen to be counted; the increment may be counted once or not at all\n$/);
  t.is(reply.headers['counter-actor'], '10.0.0.1');
  t.is(reply.headers['retry-after'], undefined, 'trying again might count it twice');
  t.deepEqual(errors, []);
});

for (const [retryAfter, header] of [
  [0, '1'],
  [0.2, '1'],
  [1.5, '2'],
  [30, '30'],
] as const) {
  test(`503: refused, worth another try after ${retryAfter} s`, async (t) => {
    const outcome = { kind: 'refused', reason: 'not configured', retryAfter } as const;
    const { port, errors } = await serve(t, {
      self: null,
      increment: (_name, _amount, done) => done(outcome),
      value: (_name, done) => done(outcome),
      consistentValue: (_name, _options, done) => done(outcome),
    });
    for (const [method, path, body] of [
      ['POST', '/counter/c', '1'],
      ['GET', '/counter/c/value', ''],
      ['GET', '/counter/c/consistent_value', ''],
    ] as const) {
      const reply = await ask(port, method, path, { body });
      t.is(reply.status, 503);
      t.is(reply.text, 'not configured\n');
      t.is(reply.headers['retry-after'], header);
      t.is(reply.headers['counter-actor'], undefined, 'no actor before a config');
      t.is(reply.headers['cache-control'], 'no-store');
    }
    t.deepEqual(errors, []);
  });
}

test('a body means the same whatever its Content-Type says', async (t) => {
  const { port, service } = await serve(t);
  const types = [
    'application/x-www-form-urlencoded',
    'application/json',
    'text/plain; charset=utf-16',
    'multipart/form-data',
    'nonsense',
  ];
  for (const type of types) {
    const headers = { 'Content-Type': type };
    t.is((await ask(port, 'POST', '/counter/c', { headers, body: '1' })).status, 200);
    t.is((await ask(port, 'POST', '/config', { headers, body: '{"actors":["::1"]}' })).status, 200);
  }
  await ask(port, 'POST', '/counter/c', { body: '1', headers: { 'Content-Encoding': 'Identity' } });
  await ask(port, 'POST', '/counter/c', { body: '1' });
  t.is(service.calls.filter((call) => call === 'increment c 1').length, types.length + 2);
  t.is(service.calls.filter((call) => call === 'configure ::1').length, types.length);
});

test('white space around the digits and leading zeros mean nothing', async (t) => {
  const { port, service } = await serve(t);
  for (const body of [
    '0',
    '7',
    '007',
    ' 7\n',
    '\t\r\n\v\f 7 \t\r\n\v\f',
    `${'0'.repeat(2_047)}7`,
    '0'.repeat(2_048),
  ]) {
    t.is((await ask(port, 'POST', '/counter/c', { body })).status, 200);
  }
  t.deepEqual(
    service.calls.map((call) => call.replace('increment c ', '')),
    ['0', '7', '7', '7', '7', '7', '0'],
  );
});

test('numbers are exact up to 1000 digits in, and beyond out', async (t) => {
  const { port } = await serve(t);
  const most = 10n ** 1_000n - 1n;
  let total = 0n;
  for (const amount of [most, 2n ** 53n + 1n, most, 1n]) {
    total += amount;
    const { text } = await ask(port, 'POST', '/counter/big', { body: String(amount) });
    t.is(text, String(total));
  }
  t.is((await ask(port, 'POST', '/counter/big', { body: ` ${'0'.repeat(1_000)}${most}\n` })).status, 200);
  total += most;
  t.is((await ask(port, 'GET', '/counter/big/value')).text, String(total));
  const json = await ask(port, 'GET', '/counter/big/consistent_value', {
    headers: { Accept: 'application/json' },
  });
  t.is(JSON.parse(json.text).value, String(total));
});

test('any amount arrives as it was sent', async (t) => {
  const { port, service } = await serve(t);
  await fc.assert(
    fc.asyncProperty(fc.bigInt({ min: 0n, max: 10n ** 1_000n - 1n }), async (amount) => {
      await ask(port, 'POST', '/counter/c', { body: String(amount) });
      t.is(service.calls.at(-1), `increment c ${amount}`);
    }),
    { numRuns: 50 },
  );
});

test('a chunked body is put together wherever it was cut', async (t) => {
  const { port, service } = await serve(t);
  const amount = '123456789';
  for (const size of [1, 2, 4, 9]) {
    const client = await connectRaw(t, port);
    client.write(
      'POST /counter/c HTTP/1.1\r\nHost: quorate\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n',
    );
    for (let at = 0; at < amount.length; at += size) {
      const piece = amount.slice(at, at + size);
      client.write(`${piece.length.toString(16)};note="x"\r\n${piece}\r\n`);
    }
    client.write('0\r\nTrailer: x\r\n\r\n');
    t.regex(await client.closed(), /^HTTP\/1\.1 200 OK\r\n/);
    t.is(service.calls.at(-1), `increment c ${amount}`);
  }
});

test('a request arrives a byte at a time', async (t) => {
  const { port, service } = await serve(t);
  const client = await connectRaw(t, port);
  for (const byte of post('c', '42', 'Connection: close')) {
    client.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.regex(await client.closed(), /\r\n\r\n42$/);
  t.deepEqual(service.calls, ['increment c 42']);
});
