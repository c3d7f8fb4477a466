import test from 'ava';
import { connectRaw, echo, post, serve } from './harness.ts';

test('a connection that is upgraded has the bytes that come with the head, and no limit of time', async (t) => {
  const { port } = await serve(t, { upgrades: echo, headTimeoutMs: 50 });
  const link = await connectRaw(t, port);
  link.write('GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nearly');
  t.regex(await link.received('early'), /^HTTP\/1\.1 101 Switching Protocols\r\n.*\r\n\r\nearly$/s);
  // By the time that this one is refused, the other would have been.
  const late = await connectRaw(t, port);
  late.write('GET /echo HT');
  await late.received('HTTP/1.1 408');
  link.write(' and late');
  t.regex(await link.received('and late'), /early and late$/);
});

for (const [what, upgrades] of [
  ['to what is not spoken', echo],
  ['where nothing is upgraded', undefined],
] as const) {
  test(`a request for an upgrade ${what} is answered as if it had not asked`, async (t) => {
    const { port } = await serve(t, upgrades === undefined ? {} : { upgrades });
    const client = await connectRaw(t, port);
    const h2c =
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA';
    client.write(post('c', '1', h2c));
    t.regex(await client.received('\r\n\r\n1'), /^HTTP\/1\.1 200 OK\r\n/);
    client.write(post('c', '2'));
    t.regex(await client.received(/1HTTP.*\r\n\r\n/s), /\r\n\r\n1HTTP\/1\.1 200 OK\r\n/);
  });
}
