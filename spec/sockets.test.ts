import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { adopt, connect, receive, receiveNoMore } from '../src/sockets.ts';

/** Both ends of a connection, either read as ours are. */
async function pair(t: ExecutionContext, allowHalfOpen = true) {
  const server = createServer({ allowHalfOpen });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepting = once(server, 'connection') as Promise<[Socket]>;
  const dialed = connect({ host: '127.0.0.1', port });
  const accepted = adopt((await accepting)[0]);
  if (dialed.connecting) await once(dialed, 'connect');
  t.teardown(() => {
    dialed.destroy();
    accepted.destroy();
    server.close();
  });
  return { server, dialed, accepted };
}

/** What `socket` receives, copied when it comes. */
function listen(socket: Socket) {
  let text = '';
  let changed = () => {};
  const memories = new Set<ArrayBufferLike>();
  const receiver = (bytes: Buffer) => {
    text += bytes.toString();
    memories.add(bytes.buffer);
    changed();
  };
  receive(socket, receiver);
  return {
    receiver,
    memories,
    text: () => text,
    async heard(wanted: string): Promise<void> {
      while (text !== wanted) {
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    },
  };
}

const all = (length: number) => Buffer.from(Array.from({ length }, (_, at) => at % 251));

test('all sockets are read into the same memory, whoever has dialed', async (t) => {
  const memories = new Set<ArrayBufferLike>();
  for (const { dialed, accepted } of [await pair(t), await pair(t)]) {
    const [there, here] = [listen(accepted), listen(dialed)];
    for (const round of [1, 2]) {
      dialed.write(`to ${round}`);
      accepted.write(`from ${round}`);
      await there.heard(round === 1 ? 'to 1' : 'to 1to 2');
      await here.heard(round === 1 ? 'from 1' : 'from 1from 2');
    }
    for (const memory of [...there.memories, ...here.memories]) memories.add(memory);
  }
  t.is(memories.size, 1);
});

test('a socket without a receiver is a stream: what it has read stays as it was', async (t) => {
  const { dialed, accepted } = await pair(t);
  const chunks: Buffer[] = [];
  accepted.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (const word of ['one', 'two', 'three']) {
    dialed.write(word);
    await once(accepted, 'data');
  }
  t.deepEqual(chunks.map(String), ['one', 'two', 'three']);
});

test('what was read before there is a receiver goes to it first', async (t) => {
  const { dialed, accepted } = await pair(t);
  accepted.pause();
  dialed.write('read and given back');
  accepted.resume();
  const [early] = (await once(accepted, 'data')) as [Buffer];
  accepted.pause();
  accepted.unshift(early);
  dialed.write(', then more');
  const heard = listen(accepted);
  accepted.resume();
  await heard.heard('read and given back, then more');
  t.pass();
});

test('who is paused reads nothing, and all of it later', async (t) => {
  const { dialed, accepted } = await pair(t);
  const sent = all(20_000_000);
  let length = 0;
  let done = () => {};
  const whole = new Promise<void>((resolve) => {
    done = resolve;
  });
  const parts: Buffer[] = [];
  const receiver = (bytes: Buffer) => {
    parts.push(Buffer.from(bytes));
    length += bytes.length;
    accepted.pause();
    if (length === sent.length) done();
    else void setImmediate().then(() => accepted.resume());
  };
  receive(accepted, receiver);
  dialed.write(sent);
  await whole;
  t.true(Buffer.concat(parts).equals(sent));
  dialed.write('later');
  // The other direction comes after it.
  const back = listen(dialed);
  accepted.write('back');
  await back.heard('back');
  t.is(length, sent.length);
});

test('what is read although a socket is paused waits until it is not', async (t) => {
  const { dialed, accepted } = await pair(t);
  const heard = listen(accepted);
  accepted.pause();
  dialed.write('too soon');
  accepted.read(0);
  while (accepted.readableLength === 0) await setImmediate();
  t.is(heard.text(), '');
  accepted.resume();
  await heard.heard('too soon');
});

test('after receiveNoMore it is a stream again, whose reader sets its pace', async (t) => {
  const { dialed, accepted } = await pair(t);
  const heard = listen(accepted);
  dialed.write('first');
  await heard.heard('first');
  accepted.pause();
  receiveNoMore(accepted, heard.receiver);
  const sent = all(20_000_000);
  dialed.end(sent);
  accepted.read(0);
  // Others meanwhile read thousands of times.
  const others = await pair(t);
  const [there, here] = [listen(others.accepted), listen(others.dialed)];
  for (let words = 'x'; words.length <= 1_000; words += 'x') {
    others.dialed.write('x');
    await there.heard(words);
    others.accepted.write('x');
    await here.heard(words);
  }
  t.true(accepted.readableLength > 0 && accepted.readableLength < 1_000_000);
  const parts: Buffer[] = [];
  for await (const chunk of accepted) parts.push(chunk as Buffer);
  t.true(Buffer.concat(parts).equals(sent));
  t.is(heard.text(), 'first');
});

test('an end is told, and the other half stays open where the server allows it', async (t) => {
  const { dialed, accepted } = await pair(t);
  listen(accepted);
  const back = listen(dialed);
  const ended = once(accepted, 'end');
  const closed = Promise.all([once(accepted, 'close'), once(dialed, 'close')]);
  dialed.end('last word');
  await ended;
  accepted.end('answer');
  await back.heard('answer');
  await closed;
  t.pass();
});

test('without half-open connections an end closes both', async (t) => {
  const { dialed, accepted } = await pair(t, false);
  listen(accepted);
  listen(dialed);
  const closed = Promise.all([once(accepted, 'close'), once(dialed, 'close')]);
  dialed.end();
  await closed;
  t.pass();
});

test('a reset is an error of the socket, and closes it', async (t) => {
  const { dialed, accepted } = await pair(t);
  listen(accepted);
  const failed = once(accepted, 'error') as Promise<[NodeJS.ErrnoException]>;
  const closed = new Promise((resolve) => accepted.once('close', resolve));
  dialed.resetAndDestroy();
  t.is((await failed)[0].code, 'ECONNRESET');
  await closed;
});

test('it counts as a connection of its server, which closes after it', async (t) => {
  const { server, dialed, accepted } = await pair(t);
  const count = () =>
    new Promise<number>((resolve) => server.getConnections((_, connections) => resolve(connections)));
  t.is(await count(), 1);
  let hasClosed = false;
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      hasClosed = true;
      resolve();
    });
  });
  t.is(await count(), 1);
  t.false(hasClosed);
  accepted.destroy();
  dialed.destroy();
  await closed;
  t.is(await count(), 0);
});

test('a socket that is none of these is heard by its events', async (t) => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepting = once(server, 'connection') as Promise<[Socket]>;
  const dialed = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const [accepted] = await accepting;
  t.teardown(() => {
    dialed.destroy();
    server.close();
  });
  const heard = listen(accepted);
  dialed.write('a word');
  await heard.heard('a word');
  t.pass();
});
