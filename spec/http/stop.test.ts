import test from 'ava';
import { connectRaw, echo, head, heldIncrements, post, serve } from './harness.ts';

test('stop lets requests under way finish and closes idle connections at once', async (t) => {
  const { increment, arrived, release } = heldIncrements();
  const { port, service, stop } = await serve(t, { increment });
  const [idle, fresh, partial, busy, uploading] = await Promise.all(
    Array.from({ length: 5 }, () => connectRaw(t, port)),
  );
  if (!idle || !fresh || !partial || !busy || !uploading) throw new TypeError('five clients');
  idle.write('GET /livez HTTP/1.1\r\nHost: quorate\r\n\r\n');
  await idle.received('\r\n\r\nok');
  busy.write(post('c', '1') + post('c', '2'));
  const [firstHalf = '', otherHalf = ''] = post('c', '1').split(/(?<=quo)/);
  partial.write(firstHalf);
  uploading.write(head(2, 'Expect: 100-continue'));
  await uploading.received('100 Continue');
  await arrived(2);

  const stopped = stop(60_000);
  t.is(stop(0), stopped, 'a second call changes nothing');
  t.notRegex(await idle.closed(), /Connection: close/);
  t.is(await fresh.closed(), '');
  await t.throwsAsync(connectRaw(t, port), { code: 'ECONNREFUSED' });
  uploading.write('40');
  await arrived(3);
  partial.write(otherHalf);
  await arrived(4);
  release({ kind: 'counted', value: 1n, slot: 1 });
  t.regex(
    await busy.received(/\r\n\r\n1/),
    /\r\nConnection: keep-alive\r\n/,
    'another answer follows on this connection',
  );
  release({ kind: 'counted', value: 3n, slot: 2 });
  t.regex(await busy.closed(), /\r\nConnection: close\r\n.*\r\n3$/s);
  release({ kind: 'counted', value: 43n, slot: 3 });
  t.regex(await uploading.closed(), /\r\nConnection: close\r\n.*\r\n43$/s);
  release({ kind: 'counted', value: 44n, slot: 4 });
  t.regex(await partial.closed(), /\r\nConnection: close\r\n.*\r\n44$/s);
  t.deepEqual(await stopped, { cut: 0 });
  t.is(service.calls.length, 4);
});

test('stop cuts what is still under way after its bound', async (t) => {
  const { increment, arrived } = heldIncrements();
  const { port, errors, stop } = await serve(t, { increment });
  const client = await connectRaw(t, port);
  client.write(post('c', '1'));
  await arrived(1);
  t.deepEqual(await stop(1), { cut: 1 });
  t.is(await client.closed(), '');
  t.deepEqual(errors, []);
});

test('stop serves nothing that comes behind the last answer of a connection', async (t) => {
  const { increment, arrived, release } = heldIncrements();
  const { port, service, stop } = await serve(t, { increment });
  const first = await connectRaw(t, port);
  const other = await connectRaw(t, port);
  first.write(post('c', '1'));
  other.write(head(1, 'Expect: 100-continue'));
  await arrived(1);
  await other.received('100 Continue');
  const stopped = stop(60_000);
  first.write(post('c', '2'));
  other.write('4');
  await arrived(2);
  release({ kind: 'counted', value: 1n, slot: 1 });
  t.regex(await first.closed(), /\r\nConnection: close\r\n.*\r\n1$/s);
  release({ kind: 'counted', value: 5n, slot: 2 });
  await stopped;
  t.deepEqual(service.calls, ['increment c 1', 'increment c 4']);
});

test('stop does not wait for what connections were upgraded to, but cuts it last', async (t) => {
  const { increment, arrived, release } = heldIncrements();
  const { port, stop } = await serve(t, { increment, upgrades: echo });
  const link = await connectRaw(t, port);
  link.write('GET /echo HTTP/1.1\r\nHost: quorate\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  await link.received('101 Switching Protocols');
  const client = await connectRaw(t, port);
  client.write(post('c', '1'));
  await arrived(1);
  const stopped = stop(60_000);
  link.write('frame');
  await link.received('frame');
  release({ kind: 'counted', value: 1n, slot: 1 });
  t.regex(await client.closed(), /\r\n\r\n1$/);
  await link.closed();
  t.deepEqual(await stopped, { cut: 0 });
});
