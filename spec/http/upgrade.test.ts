import test from 'ava';
import { connectRaw, echo, heldIncrements, post, serve } from './harness.ts';

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

test('a connection with increments under way is not upgraded: their answers leave, then one to that request', async (t) => {
  const { increment, arrived, release } = heldIncrements();
  const { port, stop } = await serve(t, { upgrades: echo, increment });
  const client = await connectRaw(t, port);
  const upgrade = 'GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';
  client.write(post('c', '1') + post('c', '2') + upgrade);
  await arrived(2);
  release({ kind: 'counted', value: 1n, slot: 1 });
  release({ kind: 'counted', value: 3n, slot: 2 });
  t.regex(
    await client.received(/404 .*\n$/s),
    /^HTTP\/1\.1 200 .*\r\n\r\n1HTTP\/1\.1 200 .*\r\n\r\n3HTTP\/1\.1 404 /s,
  );
  client.write(upgrade);
  await client.received('HTTP/1.1 101 ');
  t.deepEqual(await stop(60_000), { cut: 0 });
});
