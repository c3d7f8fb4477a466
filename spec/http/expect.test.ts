import test from 'ava';
import { connectRaw, head, post, serve } from './harness.ts';

test('417: what follows on that connection is not served', async (t) => {
  const { port, service } = await serve(t);
  for (const behind of [post('c', '1'), 'rubbish\r\n\r\n']) {
    const client = await connectRaw(t, port);
    client.write(`${head(1, 'Expect: more')}5${behind}`);
    const text = await client.closed();
    t.regex(
      text,
      /^HTTP\/1\.1 417 .*\r\nConnection: close\r\n.*the only expectation that is met is 100-continue\n$/s,
    );
    t.notRegex(text, /HTTP\/1\.1.*HTTP\/1\.1/s);
  }
  const client = await connectRaw(t, port);
  const chunked = head(0, 'Expect: more').replace('Content-Length: 0', 'Transfer-Encoding: chunked');
  client.write(`${chunked}1\r\n1\r\nzz`);
  t.notRegex(await client.closed(), /HTTP\/1\.1.*HTTP\/1\.1/s);
  t.deepEqual(service.calls, []);
});

test('a client of HTTP/1.0 is not told to go on, whatever it expects', async (t) => {
  const { port } = await serve(t);
  const client = await connectRaw(t, port);
  client.write(`${head(1, 'Expect: 100-continue').replace('HTTP/1.1', 'HTTP/1.0')}5`);
  t.regex(await client.closed(), /^HTTP\/1\.1 200 .*\r\n\r\n5$/s);
});

test('Expect: 100-continue is told to go on once the head is found good', async (t) => {
  const { port, service } = await serve(t);
  const client = await connectRaw(t, port);
  client.write(head(2, 'Expect: 100-continue'));
  t.is(await client.received('\r\n\r\n'), 'HTTP/1.1 100 Continue\r\n\r\n');
  client.write('42');
  t.regex(await client.received(/42$/), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  client.write(post('c', '1', 'Connection: close'));
  t.regex(await client.closed(), /\r\n\r\n43$/);
  t.deepEqual(service.calls, ['increment c 42', 'increment c 1']);
});

test('Expect: 100-continue is not told to go on with a body that is refused', async (t) => {
  const { port, service } = await serve(t);
  const client = await connectRaw(t, port);
  client.write(head(5_000, 'Expect: 100-continue'));
  const text = await client.received('2048 bytes\n');
  t.regex(text, /^HTTP\/1\.1 413 /);
  client.endWriting();
  t.is(await client.closed(), text);
  t.deepEqual(service.calls, []);
});
