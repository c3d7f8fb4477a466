import { Client } from '../load/client.ts';
import type { Peer, PeerClient } from '../peers/peer.ts';
import { endChild, startChild } from './child.ts';

/** Servers that keep nothing: the same requests as Quorate's, answered with a constant. */
export function bareKoa(servers: number): Peer {
  return {
    name: servers === 1 ? 'a bare Koa server' : `${servers} bare Koa servers`,
    guarantees: 'none: keeps nothing',
    version: async () => ({ version: 'of this commit' }),
    async start() {
      const children = await Promise.all(Array.from({ length: servers }, () => startChild('koa-server.ts')));
      return {
        pids: children.map(({ pid }) => pid),
        keepsNothing: true,
        connect: (index) => KoaClient.open(children[index % servers]?.port ?? 0),
        async stop() {
          await Promise.all(children.map(endChild));
        },
      };
    },
  };
}

class KoaClient implements PeerClient {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async open(port: number): Promise<KoaClient> {
    return new KoaClient(await Client.open(`http://127.0.0.1:${port}`));
  }

  async add(counter: string, amount: number): Promise<void> {
    await this.#client.post(`/counter/${counter}`, String(amount));
  }

  async read(counter: string): Promise<bigint> {
    return BigInt((await this.#client.get(`/counter/${counter}/consistent_value`)).body);
  }

  close(): void {
    this.#client.close();
  }
}
