/** Connections on which nothing comes and goes, by a clock that moves by hand. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { mock } from 'node:test';
import test, { type ExecutionContext } from 'ava';
import type { Answer } from '../../src/http/answer.ts';
import { PlainConnections } from '../../src/http/plain-connections.ts';
import { KEEP_ALIVE_GRACE_MS, KEEP_ALIVE_MS } from '../../src/limits.ts';
import { connectRaw, post } from './harness.ts';

const HEAD_TIMEOUT_MS = 10_000;
const LATE = /^HTTP\/1\.1 408 .*did not arrive in time\n$/s;

mock.timers.enable({ apis: ['setInterval'] });
test.after.always(() => mock.timers.reset());

const seconds = (count: number) => mock.timers.tick(count * 1_000);

/** A server whose answers wait for the test. */
async function listen(t: ExecutionContext) {
  const asked: ((answer: Answer) => void)[] = [];
  const sockets: Socket[] = [];
  let arrived = () => {};
  const plain = new PlainConnections({
    answer(_, done) {
      asked.push(done);
      arrived();
    },
    handOver: (socket) => socket.destroy(),
    settled: () => {},
    headTimeoutMs: HEAD_TIMEOUT_MS,
  });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    plain.accept(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    plain,
    async connect() {
      const accepted = once(server, 'connection');
      const client = await connectRaw(t, port);
      await accepted;
      const socket = sockets.at(-1);
      if (socket === undefined) throw new Error('no connection was accepted');
      return { client, closed: once(socket, 'close'), isOpen: () => !socket.destroyed };
    },
    /** Settles when a request waits, and answers it. */
    async asked() {
      if (asked.length === 0) await new Promise<void>((resolve) => (arrived = resolve));
      return (text: string) => asked.shift()?.({ status: 200, headers: {}, text, json: {} });
    },
  };
}

test.serial(
  'a connection on which nothing is asked is told so, and closed, also when it is not the first',
  async (t) => {
    const { connect } = await listen(t);
    for (const what of ['the first one', 'one more, when there was none']) {
      const { client, closed, isOpen } = await connect();
      seconds(10);
      t.true(isOpen(), what);
      seconds(1);
      t.regex(await client.closed(), LATE, what);
      await closed;
    }
  },
);

test.serial('who waits for an answer is not silent, however long that takes', async (t) => {
  const { connect, asked } = await listen(t);
  const { client, isOpen } = await connect();
  client.write(post('c', '1'));
  const answer = await asked();
  seconds(1_000);
  t.true(isOpen());
  answer('1');
  await client.received(/\r\n\r\n1$/);
});

test.serial('who was answered is waited for as long as it was told, from the answer on', async (t) => {
  const { connect, asked } = await listen(t);
  const { client, closed, isOpen } = await connect();
  for (const text of ['1', '2']) {
    client.write(post('c', '1'));
    (await asked())(text);
    await client.received(new RegExp(`\\r\\n\\r\\n${text}$`));
    seconds((KEEP_ALIVE_MS + KEEP_ALIVE_GRACE_MS) / 1_000);
    t.true(isOpen());
  }
  seconds(1);
  await closed;
  t.notRegex(await client.closed(), /408/);
});

test.serial('the last answer of a connection has as much time to be read', async (t) => {
  const { plain, connect, asked } = await listen(t);
  const { client, closed, isOpen } = await connect();
  client.write(post('c', '1'));
  const answer = await asked();
  seconds(1_000);
  plain.stop();
  answer('1');
  seconds(60);
  t.true(isOpen());
  t.regex(await client.received(/\r\n\r\n1$/), /Connection: close/);
  client.endWriting();
  await closed;
});
