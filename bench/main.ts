/**
 * npm run bench [-- --seconds N]
 *
 * Commit latency and throughput of 3 actors on loopback, beside what bounds them in the same run: a flush of this disk,
 * and an HTTP round trip. Ends with a check that what was acknowledged is what consistent_value says.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ProcessCluster } from '../spec/cluster/processes.ts';
import { openLmdbStore } from '../src/store/lmdb-store.ts';
import { Client } from './client.ts';
import { type Latency, latencyOf, rateOf } from './measure.ts';

const CLIENTS = 64;
const COUNTERS = 100;
const LATENCY_SAMPLES = 1_000;
const WARM_UP = 200;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
const seconds = Number(values.seconds);
if (!(seconds > 0 && seconds <= 3_600)) throw new RangeError('--seconds has to be above 0 and at most 3600');

interface Result {
  readonly what: string;
  readonly latency?: Latency;
  readonly perSecond?: number;
}

function show({ what, latency, perSecond }: Result): void {
  const ms = (value: number) => `${value.toFixed(2).padStart(7)} ms`;
  const figures = latency
    ? `p50 ${ms(latency.p50)}  p90 ${ms(latency.p90)}  p99 ${ms(latency.p99)}`
    : `${Math.round(perSecond ?? 0)
        .toLocaleString('en')
        .padStart(9)} /s`;
  console.log(`${what.padEnd(56)} ${figures}`);
}

async function flushLatency(): Promise<Latency> {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-bench-'));
  const store = await openLmdbStore({ directory, durability: 'disk' });
  const ballot = { round: 1, actor: '10.0.0.1' };
  const state = { total: 1n, origins: new Map() };
  let slot = 0;
  const write = () =>
    new Promise<void>((resolve, reject) => {
      const register = { promise: ballot, vote: { ballot, slot: ++slot, state }, mark: null };
      const counters = [{ counter: 'flush', register, change: 0, previousChange: 0 }];
      const done = (error: Error | null) => (error === null ? resolve() : reject(error));
      store.write({ counters, backlogs: [], membership: null }, done);
    });
  const latency = await latencyOf(LATENCY_SAMPLES, WARM_UP, write);
  await store.close();
  await rm(directory, { recursive: true });
  return latency;
}

async function bareKoa<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server = fork(fileURLToPath(new URL('bare-koa.ts', import.meta.url)));
  try {
    const [port] = await once(server, 'message');
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    server.kill();
  }
}

const add = (client: Client, counter: string) => async () => {
  const { status, body } = await client.post(`/counter/${counter}`, '1');
  if (status !== 200) throw new Error(`an increment was answered ${status}: ${body}`);
};

async function latencies(cluster: ProcessCluster): Promise<void> {
  const [holder, other] = cluster.actors;
  if (holder === undefined || other === undefined) throw new RangeError('too few actors');
  const [atHolder, atOther] = await Promise.all([Client.open(holder.url), Client.open(other.url)]);
  // Whoever is asked first holds the counter.
  show({
    what: 'increment at the holder',
    latency: await latencyOf(LATENCY_SAMPLES, WARM_UP, add(atHolder, 'one')),
  });
  show({
    what: 'increment at another actor',
    latency: await latencyOf(LATENCY_SAMPLES, WARM_UP, add(atOther, 'one')),
  });
  const read = () => atOther.get('/counter/one/consistent_value');
  show({ what: 'consistent_value, idle', latency: await latencyOf(LATENCY_SAMPLES, WARM_UP, read) });
  for (const client of [atHolder, atOther]) client.close();
}

async function throughput(cluster: ProcessCluster, counters: number, clients: number): Promise<void> {
  const name = (index: number) => `c${counters}-${index}`;
  const acknowledged = new Map<string, number>();
  const opened = await Promise.all(
    Array.from({ length: clients }, (_, i) => {
      const { url } = cluster.actors[i % cluster.actors.length] ?? { url: '' };
      return Client.open(url);
    }),
  );
  let next = 0;
  const workers = opened.map((client) => async () => {
    const counter = name(next++ % counters);
    await add(client, counter)();
    acknowledged.set(counter, (acknowledged.get(counter) ?? 0) + 1);
  });
  await rateOf(1, workers);
  const what = `increments, ${clients} clients, ${counters} ${counters === 1 ? 'counter' : 'counters'}`;
  show({ what, ...(await rateOf(seconds, workers)) });
  for (const [index, client] of [...acknowledged.keys()].entries()) {
    const { body } = (await opened[index % clients]?.get(`/counter/${client}/consistent_value`)) ?? {
      body: '',
    };
    if (Number(body) !== acknowledged.get(client)) {
      throw new Error(`${client} is ${body}, but ${acknowledged.get(client)} increments were acknowledged`);
    }
  }
  for (const client of opened) client.close();
}

console.log(
  `Node.js ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, 3 actors on loopback\n`,
);
show({ what: 'flush of this disk (one LMDB write)', latency: await flushLatency() });
await bareKoa(async (url) => {
  const client = await Client.open(url);
  show({
    what: 'HTTP round trip (bare Koa)',
    latency: await latencyOf(LATENCY_SAMPLES, WARM_UP, () => client.post('/', '1')),
  });
  client.close();
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => Client.open(url)));
  const workers = clients.map((one) => () => one.post('/', '1'));
  await rateOf(1, workers);
  show({ what: `HTTP requests, ${CLIENTS} clients (bare Koa)`, ...(await rateOf(seconds, workers)) });
  for (const one of clients) one.close();
});
for (const durability of ['disk', 'process']) {
  console.log(`\ndurability ${durability}`);
  const cluster = await ProcessCluster.start(3, ['--durability', durability, '--log-level', 'warn']);
  try {
    await latencies(cluster);
    await throughput(cluster, COUNTERS, CLIENTS);
    await throughput(cluster, 1, CLIENTS);
  } finally {
    await cluster.dispose();
  }
}
