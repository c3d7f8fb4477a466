import test from 'ava';
import { CONGESTED_BYTES, MAX_OUTBOX_BYTES, MAX_OUTBOX_MESSAGES } from '../../src/limits.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { beat } from '../../src/transport/frame.ts';
import { link, numbered, received, startActor, type TestActor, tick, turn, until } from './actors.ts';
import { reader } from './messages.ts';
import { call, collect, helloOf, serve, welcome } from './raw.ts';

const filling = 'x'.repeat(500);
/** Far more than the kernel's buffers, the socket's and the outbox may hold. */
const MANY = 100_000;

function numbersOf(messages: readonly PeerMessage[]): number[] {
  return messages.flatMap((message) => (message.type === 'changes' ? [message.since] : []));
}

/** Empty payloads are beats. */
function allNumbers(payloads: readonly Buffer[]): number[] {
  const filled = payloads.filter(({ length }) => length > 0);
  return numbersOf(filled.flatMap(reader()));
}

function last(payloads: readonly Buffer[]): number | undefined {
  return allNumbers(payloads.slice(-1)).at(-1);
}

async function sendMany(from: TestActor, to: string): Promise<void> {
  for (let number = 0; number < MANY; number += 1) {
    from.links.send(to, [numbered(number, filling)]);
    if (number % 1_000 === 0) await turn();
  }
}

/** Goes on while what waits goes out bit by bit; returns how many were sent in all. */
async function sendUntilDrained(from: TestActor, to: string): Promise<number> {
  let sent = MANY;
  do {
    from.links.send(to, [numbered(sent, filling)]);
    sent += 1;
    await turn();
  } while (!from.logged.some(({ event }) => event === 'outbox drained'));
  from.links.send(to, [numbered(sent, filling)]);
  return sent + 1;
}

function overflows(actor: TestActor): number {
  return actor.logged.filter(({ level, event }) => level === 'warn' && event === 'outbox overflows').length;
}

/** Begin and end arrive, in order; in the middle a gap. Returns how many came after it. */
function gap(numbers: readonly number[]): { readonly gaps: number; readonly after: number } {
  let gaps = 0;
  let after = 0;
  for (const [index, number] of numbers.entries()) {
    if (number !== (numbers[index - 1] ?? -1) + 1) {
      gaps += 1;
      after = numbers.length - index;
    }
  }
  return { gaps, after };
}

test('a dialer whose peer stops reading holds messages back, and loses the oldest of them', async (t) => {
  const a = await startActor('127.0.0.1');
  const payloads: Buffer[] = [];
  let pause: () => void = () => {};
  let resume: () => void = () => {};
  const stub = await serve('127.0.0.2', {
    called(request, socket) {
      welcome(request, socket, actors);
      pause = () => void socket.pause();
      resume = () => void socket.resume();
      collect(socket, payloads);
    },
  });
  const actors = [a.actor, stub.actor];
  a.configure(actors);
  tick(1, a);
  await until(() => a.links.alive().size === 1);
  pause();
  await sendMany(a, stub.actor);
  t.is(overflows(a), 1, 'logged once in an episode');
  resume();
  const sent = await sendUntilDrained(a, stub.actor);
  await until(() => last(payloads) === sent - 1);
  const numbers = allNumbers(payloads);
  const { gaps, after } = gap(numbers);
  t.is(gaps, 1);
  // All that the outbox held came: it is as full as it may be.
  t.true(
    after - (sent - MANY) <= MAX_OUTBOX_MESSAGES && after >= (MAX_OUTBOX_BYTES / 520) * 0.95,
    `${after}`,
  );
  t.true(Math.max(...payloads.map(({ length }) => length)) > 100_000, 'joined to few frames');
  t.like(
    a.logged.find(({ event }) => event === 'outbox drained'),
    { fields: { dropped: sent - numbers.length } },
  );
  await a.kill();
  stub.close();
});

test('an accepting actor whose peer stops reading does likewise', async (t) => {
  const b = await startActor('127.0.0.2');
  const a = '127.0.0.1:9';
  b.configure([a, b.actor]);
  const called = await call(b.actor, '127.0.0.1', helloOf(a, b.actor, [a, b.actor]));
  called.socket.write(beat);
  await until(() => b.links.alive().size === 1);
  called.socket.pause();
  await sendMany(b, a);
  t.is(overflows(b), 1);
  called.socket.resume();
  const sent = await sendUntilDrained(b, a);
  await until(() => last(called.payloads) === sent - 1);
  const numbers = allNumbers(called.payloads);
  const { gaps, after } = gap(numbers);
  t.is(gaps, 1);
  t.true(after >= (MAX_OUTBOX_BYTES / 520) * 0.95, `${after}`);
  await b.kill();
});

test('who reads slowly loses nothing that fits, and gets it in order', async (t) => {
  const [a, b] = await Promise.all([startActor('127.0.0.1'), startActor('127.0.0.2')]);
  await link(a, b);
  let count = Math.floor((CONGESTED_BYTES + MAX_OUTBOX_BYTES / 2) / 520);
  // In one turn: nothing is read meanwhile.
  for (let number = 0; number < count; number += 1) {
    a.links.send(b.actor, [numbered(number, filling)]);
    b.links.send(a.actor, [numbered(number, filling)]);
  }
  // From here on, what waits goes out bit by bit while more comes.
  for (const more = count + 3_000; count < more; count += 1) {
    a.links.send(b.actor, [numbered(count, filling)]);
    b.links.send(a.actor, [numbered(count, filling)]);
    if (count % 20 === 0) await turn();
  }
  await until(() => received(a).length === count && received(b).length === count);
  t.deepEqual(gap(numbersOf(received(a))), { gaps: 0, after: 0 });
  t.deepEqual(gap(numbersOf(received(b))), { gaps: 0, after: 0 });
  t.is(overflows(a) + overflows(b), 0);
  await Promise.all([a.kill(), b.kill()]);
});
