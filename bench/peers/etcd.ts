import { join } from 'node:path';
import { freePorts } from '../../spec/cluster/processes.ts';
import { Client } from '../load/client.ts';
import { backOff } from './back-off.ts';
import type { Peer, PeerClient, RunningPeer } from './peer.ts';
import { findProgram, Servers, startOrStop, versionOf } from './servers.ts';

const NODES = 3;

const program = () => findProgram('etcd', 'ETCD');

interface Range {
  readonly kvs?: readonly { readonly mod_revision: string; readonly value: string }[];
}

interface Txn {
  readonly succeeded?: boolean;
  readonly header: { readonly revision: string };
  readonly responses: readonly { readonly response_range?: Range }[];
}

interface Current {
  readonly revision: string;
  readonly value: bigint;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

const parse = ({ kvs }: Range): Current => ({
  revision: kvs?.[0]?.mod_revision ?? '0',
  value: BigInt(Buffer.from(kvs?.[0]?.value ?? '', 'base64').toString('latin1')),
});

/**
 * Over the JSON gateway. gRPC would be some 15 % less work for etcd, but in Node.js three times as much for the client,
 * and both share the processors.
 */
async function client(url: string): Promise<PeerClient> {
  const http = await Client.open(url);
  const ask = async <T>(path: string, body: object): Promise<T> => {
    const answer = await http.post(`/v3/kv/${path}`, JSON.stringify(body));
    if (answer.status !== 200) throw new Error(`etcd answered ${answer.status}: ${answer.body}`);
    return JSON.parse(answer.body);
  };
  // What this client wrote last, of counters that nobody else has written since; of the others it would only lose the race.
  const own = new Map<string, Current>();
  const shared = new Set<string>();
  return {
    async add(counter, amount) {
      const key = base64(counter);
      // May be stale and needs no other node: the comparison finds out.
      let current = own.get(counter) ?? parse(await ask<Range>('range', { key, serializable: true }));
      for (let failures = 1; ; failures++) {
        const value = current.value + BigInt(amount);
        const { succeeded, header, responses } = await ask<Txn>('txn', {
          compare: [{ key, target: 'MOD', mod_revision: current.revision }],
          success: [{ request_put: { key, value: base64(String(value)) } }],
          failure: [{ request_range: { key } }],
        });
        if (succeeded) {
          if (!shared.has(counter)) own.set(counter, { revision: header.revision, value });
          return;
        }
        own.delete(counter);
        shared.add(counter);
        current = parse(responses[0]?.response_range ?? {});
        // What the race has told is as new as can be, so the first try with it is made at once.
        if (failures > 1) await backOff(failures - 1);
      }
    },
    read: async (counter) => parse(await ask<Range>('range', { key: base64(counter) })).value,
    close: () => http.close(),
  };
}

async function start(directory: string): Promise<RunningPeer> {
  const path = await program();
  if (path === null) throw new Error('there is no etcd');
  const urls = (await freePorts(2 * NODES)).map((port) => `http://127.0.0.1:${port}`);
  const [clientUrls, peerUrls] = [urls.slice(0, NODES), urls.slice(NODES)];
  const cluster = peerUrls.map((url, index) => `node${index}=${url}`).join(',');
  const servers = new Servers(directory);
  return startOrStop(servers, async () => {
    for (const [index, url] of clientUrls.entries()) {
      const name = `node${index}`;
      const peerUrl = peerUrls[index] ?? '';
      await servers.spawn(name, path, [
        ...['--name', name, '--data-dir', join(directory, name), '--log-level', 'warn'],
        ...['--listen-client-urls', url, '--advertise-client-urls', url],
        ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
        ...['--initial-cluster', cluster],
      ]);
    }
    const connect = (index: number) => client(clientUrls[index % NODES] ?? '');
    for (const index of clientUrls.keys()) {
      await servers.until(`node ${index}`, async () => {
        const one = await connect(index);
        return one.read('ready').finally(() => one.close());
      });
    }
    return { pids: servers.pids, connect, stop: () => servers.stop() };
  });
}

export const etcd: Peer = {
  name: 'etcd, compare-and-swap',
  guarantees:
    'On disk at a majority of 3, linearizable, as are reads; served while a majority can reach each other.',
  version: async () => versionOf(await program()),
  start,
};
