import test, { type ExecutionContext } from 'ava';
import { Increments } from '../../bench/load/increments.ts';
import { QuorateClient } from '../../bench/load/quorate.ts';
import { Sums, WrongSum } from '../../bench/load/sums.ts';
import { type StandInOptions, standIn } from './stand-in.ts';

async function withServer(
  t: ExecutionContext,
  options: StandInOptions,
  use: (client: QuorateClient) => Promise<void>,
): Promise<void> {
  const server = await standIn(options);
  const client = await QuorateClient.open(server);
  t.teardown(() => {
    client.close();
    server.close();
  });
  await use(client);
}

test('the sums of an honest server are right', async (t) => {
  await withServer(t, {}, async (client) => {
    const sums = new Sums();
    for (let i = 0; i < 10; i += 1) await sums.add(client, `c${i % 3}`, i);
    await t.notThrowsAsync(sums.verify([client]));
    t.is(sums.total, 45n);
    t.deepEqual([...sums.counters].sort(), ['c0', 'c1', 'c2']);
  });
});

for (const [what, counts] of [
  ['drops one acknowledged increment', (n: number, amount: bigint) => (n === 7 ? 0n : amount)],
  ['counts one twice', (n: number, amount: bigint) => (n === 7 ? amount * 2n : amount)],
] as const) {
  test(`a server that ${what} is found out`, async (t) => {
    await withServer(t, { counts }, async (client) => {
      const sums = new Sums();
      for (let i = 0; i < 10; i += 1) await sums.add(client, 'c');
      await t.throwsAsync(sums.verify([client]), {
        instanceOf: WrongSum,
        message: /but 10 were acknowledged/,
      });
    });
  });
}

test('an increment of unknown outcome may be counted or not, but not twice', async (t) => {
  for (const [counted, isRight] of [
    [0n, true],
    [1n, true],
    [2n, false],
  ] as const) {
    const options = {
      counts: (n: number, amount: bigint) => (n === 3 ? counted : amount),
      status: (n: number) => (n === 3 ? 504 : 200),
    };
    await withServer(t, options, async (client) => {
      const sums = new Sums();
      await sums.add(client, 'c');
      await sums.add(client, 'c');
      await t.throwsAsync(sums.add(client, 'c'), { message: /504/ });
      const verified = sums.verify([client]);
      if (isRight) await t.notThrowsAsync(verified);
      else await t.throwsAsync(verified, { instanceOf: WrongSum });
    });
  }
});

test('a 202 is a promise: told apart, and found out if it is not kept', async (t) => {
  for (const isKept of [true, false]) {
    const options = {
      counts: (n: number, amount: bigint) => (n === 2 && !isKept ? 0n : amount),
      status: (n: number) => (n === 2 ? 202 : 200),
    };
    await withServer(t, options, async (client) => {
      const sums = new Sums();
      const outcomes = [await sums.add(client, 'c'), await sums.add(client, 'c')];
      t.deepEqual(outcomes, ['counted', 'recorded']);
      t.deepEqual([sums.total, sums.recorded], [2n, 1]);
      const verified = sums.verify([client]);
      if (isKept) await t.notThrowsAsync(verified);
      else await t.throwsAsync(verified, { instanceOf: WrongSum });
    });
  }
});

test('a load of increments ends with the check of its sums', async (t) => {
  const server = await standIn({ counts: (n, amount) => (n === 12 ? 0n : amount) });
  t.teardown(server.close);
  const running = { pids: [], connect: () => QuorateClient.open(server), stop: async () => {} };
  const load = await Increments.open({ name: 'load', running, clients: 3, counters: 10, seed: 1 });
  t.is(load.sums.total, 10n);
  for (const work of load.workers) await work();
  await t.throwsAsync(load.close(), { instanceOf: WrongSum });
});

test('the same seed chooses the same counters', async (t) => {
  const chosen = async (seed: number) => {
    const added: string[] = [];
    const client = {
      add: async (counter: string) => void added.push(counter.split('-')[2] ?? ''),
      read: async () => 0n,
      close: () => {},
    };
    const running = { pids: [], connect: async () => client, stop: async () => {} };
    const load = await Increments.open({ name: 'load', running, clients: 2, counters: 50, seed });
    for (let i = 0; i < 20; i += 1) for (const work of load.workers) await work();
    return added;
  };
  t.deepEqual(await chosen(1), await chosen(1));
  t.notDeepEqual(await chosen(1), await chosen(2));
});
