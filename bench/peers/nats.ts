import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, createInbox, headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { freePorts } from '../../spec/cluster/processes.ts';
import type { Peer, PeerClient, RunningPeer } from './peer.ts';
import { findProgram, Servers, startOrStop, versionOf } from './servers.ts';

const NODES = 3;
/** The first version with counters. */
const SINCE = '2.12';
const STREAM = 'counters';
const NOT_FOUND = 10037;
const TIMEOUT_MS = 30_000;
/** Before there is a leader nobody answers. */
const START_MS = 500;

const program = () => findProgram('nats-server', 'NATS_SERVER', ['/usr/sbin']);

interface Answer {
  readonly error?: { readonly err_code: number; readonly description: string };
  /** Of an increment. */
  readonly val?: string;
  /** Of a read: JSON in base64. */
  readonly message?: { readonly data: string };
}

interface Client extends PeerClient {
  /** Makes the stream, if it isn't there. */
  create(): Promise<unknown>;
}

async function client(port: number): Promise<Client> {
  const connection = await connect({ servers: `127.0.0.1:${port}`, reconnect: false });
  // One operation at a time needs one inbox, and none of what the library's requests do to tell answers apart.
  const reply = createInbox();
  let answered: (error: Error | null, answer: Msg) => void = () => {};
  connection.subscribe(reply, { callback: (error, message) => answered(error, message) });
  const ask = (subject: string, body = '', head?: MsgHdrs, timeoutMs = TIMEOUT_MS) =>
    new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('NATS did not answer')), timeoutMs);
      answered = (error, message) => {
        clearTimeout(timer);
        if (error !== null) reject(error);
        else if (message.data.length === 0) reject(new Error('nobody serves it'));
        else resolve(message.json());
      };
      connection.publish(subject, body, head === undefined ? { reply } : { reply, headers: head });
    });
  const check = (answer: Answer) => {
    if (answer.error) throw new Error(`NATS answered ${JSON.stringify(answer.error)}`);
    return answer;
  };
  return {
    async create() {
      const config = {
        name: STREAM,
        subjects: [`${STREAM}.*`],
        num_replicas: NODES,
        storage: 'file',
        allow_msg_counter: true,
        // The last message has the value: none of those before is needed.
        max_msgs_per_subject: 1,
      };
      return check(await ask(`$JS.API.STREAM.CREATE.${STREAM}`, JSON.stringify(config), undefined, START_MS));
    },
    async add(counter, amount) {
      const head = headers();
      head.set('Nats-Incr', `+${amount}`);
      const { val } = check(await ask(`${STREAM}.${counter}`, '', head));
      if (val === undefined) throw new Error('NATS did not count');
    },
    async read(counter) {
      // Answered by the leader. Direct reads, which any node answers, may be stale.
      const body = JSON.stringify({ last_by_subj: `${STREAM}.${counter}` });
      const answer = await ask(`$JS.API.STREAM.MSG.GET.${STREAM}`, body);
      if (answer.error?.err_code === NOT_FOUND) return 0n;
      const { message } = check(answer);
      return BigInt(JSON.parse(Buffer.from(message?.data ?? '', 'base64').toString()).val);
    },
    close: () => connection.close(),
  };
}

async function start(directory: string): Promise<RunningPeer> {
  const path = await program();
  if (path === null) throw new Error('there is no nats-server');
  const ports = await freePorts(2 * NODES);
  const [clientPorts, routePorts] = [ports.slice(0, NODES), ports.slice(NODES)];
  const routes = routePorts.map((port) => `nats://127.0.0.1:${port}`);
  const servers = new Servers(directory);
  return startOrStop(servers, async () => {
    for (const [index, port] of clientPorts.entries()) {
      const name = `node${index}`;
      const config = {
        server_name: name,
        listen: `127.0.0.1:${port}`,
        // As shipped it flushes every two minutes, and acknowledges before.
        jetstream: { store_dir: join(directory, name), sync_interval: 'always' },
        cluster: { name: 'peers', listen: `127.0.0.1:${routePorts[index]}`, routes },
      };
      const file = join(directory, `${name}.conf`);
      await writeFile(file, JSON.stringify(config));
      await servers.spawn(name, path, ['--config', file]);
    }
    const open = (index: number) => client(clientPorts[index % NODES] ?? 0);
    const using = (index: number, use: (one: Client) => Promise<unknown>) => async () => {
      const one = await open(index);
      return use(one).finally(() => one.close());
    };
    await servers.until(
      'the stream',
      using(0, (one) => one.create()),
    );
    for (const index of clientPorts.keys()) {
      await servers.until(
        `the stream by node ${index}`,
        using(index, (one) => one.read('ready')),
      );
    }
    return { pids: servers.pids, connect: open, stop: () => servers.stop() };
  });
}

export const nats: Peer = {
  name: 'NATS JetStream, counters',
  guarantees:
    'On disk at a majority of 3; reads by the leader, which may be a deposed one; served while a majority can reach each other.',
  version: async () => versionOf(await program(), SINCE, 'counters'),
  start,
};
