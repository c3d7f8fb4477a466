import { once } from 'node:events';
import { createServer } from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import { actorEndpoint, normaliseActor } from '../../src/actors.ts';
import { byName } from '../../src/codec/actor-list.ts';
import { MAX_FRAME_BYTES } from '../../src/limits.ts';
import { encodeFrame } from '../../src/transport/codec.ts';
import { beat } from '../../src/transport/frame.ts';
import { GivenNumbers } from '../../src/transport/numbers.ts';
import { fields } from '../codec/written.ts';
import { downs, numbered, portOf, received, startActor, type TestActor, tick, until } from './actors.ts';
import { type Call, call, frame, helloOf, serve, welcome } from './raw.ts';

const caller = '127.0.0.1:9';

async function linkedCall(b: TestActor): Promise<Call> {
  const called = await call(b.actor, '127.0.0.1', helloOf(caller, b.actor, [caller, b.actor]));
  const ups = b.happened.length;
  called.socket.write(beat);
  await until(() => b.happened.length > ups);
  return called;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const garbage: readonly [string, Buffer, RegExp][] = [
  ['half a message', frame(fields(1, 0, 'c', 1)), /^garbled: actor of a ballot: expected more bytes/],
  ['an unknown message', frame(fields(99, 0, 'c')), /^garbled: code of a message/],
  [
    'an actor beyond the list',
    frame(fields(1, 0, 'c', 1, 3)),
    /^garbled: actor of a ballot: .* list of 2, found 3/,
  ],
  ['a frame too long', uint32(MAX_FRAME_BYTES + 1), /^garbled: a frame of 16777217 bytes/],
  ['text', Buffer.from('GET / HTTP/1.1\r\n\r\n'), /^garbled: a frame of 1195725856 bytes/],
];

for (const [what, bytes, reason] of garbage) {
  test(`a caller that sends ${what} is cut off, with a reason`, async (t) => {
    const b = await startActor('127.0.0.2');
    b.configure([caller, b.actor]);
    const called = await linkedCall(b);
    called.socket.write(Buffer.concat([bytes, encodeFrame([numbered(1)], byName, new GivenNumbers())]));
    await until(() => downs(b).length > 0);
    t.regex(downs(b)[0] ?? '', reason);
    await called.closed;
    t.deepEqual(received(b), [], 'nothing that comes after it counts');
    await b.kill();
  });

  test(`an answering peer that sends ${what} is cut off, with a reason`, async (t) => {
    const a = await startActor('127.0.0.1');
    let cut = false;
    const stub = await serve('127.0.0.2', {
      called: (request, socket) => {
        welcome(request, socket, actors);
        socket.resume().once('close', () => {
          cut = true;
        });
        void until(() => a.links.alive().size === 1).then(() => socket.write(bytes));
      },
    });
    const actors = [a.actor, stub.actor];
    a.configure(actors);
    tick(1, a);
    await until(() => downs(a).length > 0 && cut);
    t.regex(downs(a)[0] ?? '', reason);
    await a.kill();
    stub.close();
  });
}

test('words before the word that the caller admits this actor', async (t) => {
  const b = await startActor('127.0.0.2');
  b.configure([caller, b.actor]);
  const called = await call(b.actor, '127.0.0.1', helloOf(caller, b.actor, [caller, b.actor]));
  called.socket.write(frame(Buffer.from([0x90])));
  await called.closed;
  t.deepEqual(b.happened, []);
  await b.kill();
});

test('frames that come in one piece with the word that the caller admits this actor are no garbage', async (t) => {
  const b = await startActor('127.0.0.2');
  b.configure([caller, b.actor]);
  const called = await call(b.actor, '127.0.0.1', helloOf(caller, b.actor, [caller, b.actor]));
  let isCut = false;
  void called.closed.then(() => {
    isCut = true;
  });
  const messages = Array.from({ length: 5_000 }, (_, index) => numbered(index));
  called.socket.write(Buffer.concat([beat, encodeFrame(messages, byName, new GivenNumbers())]));
  await until(() => isCut || b.happened.length > 1);
  t.deepEqual([received(b), downs(b)], [messages, []]);
  called.socket.destroy();
  await b.kill();
});

test('whatever bytes come after the hello, the next link works', async (t) => {
  const b = await startActor('127.0.0.2');
  b.configure([caller, b.actor]);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 64 }), async (bytes) => {
      const called = await linkedCall(b);
      called.socket.end(bytes);
      await called.closed;
      await until(() => b.links.alive().size === 0);
      return downs(b).every((reason) => reason !== '');
    }),
    { numRuns: 50 },
  );
  (await linkedCall(b)).socket.destroy();
  t.deepEqual(b.failures, []);
  await b.kill();
});

const replies: readonly [string, string][] = [
  ['a server that is no actor', 'HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nNot Found'],
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['half a head', 'HTTP/1.1 200 O'],
  [
    'a redirection',
    'HTTP/1.1 303 See Other\r\nLocation: /elsewhere\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
  ],
  ['chunks that are none', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
  ['an answer that is over', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['an endless refusal', `HTTP/1.1 403 Forbidden\r\nContent-Length: 1000000\r\n\r\n${'no '.repeat(5_000)}`],
];
for (const [what, reply] of replies) {
  test(`a dialer survives ${what}, and tries again`, async (t) => {
    let calls = 0;
    const paths = new Set<string>();
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (head) => {
        paths.add(head.toString().split(' ')[1] ?? '');
        calls += 1;
        socket.write(reply);
        if (what === 'half a head') socket.end();
      });
    });
    server.listen(0, '127.0.0.2');
    await once(server, 'listening');
    const a = await startActor('127.0.0.1');
    const peer = normaliseActor({ host: '127.0.0.2', port: portOf(server) });
    t.is(actorEndpoint(peer).port, portOf(server));
    a.configure([a.actor, peer]);
    let turns = 0;
    await until(
      () => calls === 3,
      () => {
        if (turns++ % 20 === 0) tick(1, a);
      },
    );
    t.deepEqual(a.happened, []);
    t.is(a.logged.length, 1);
    t.deepEqual([...paths], ['/peer/link']);
    await a.kill();
    server.close();
  });
}
