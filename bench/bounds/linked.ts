/** Nothing of an actor but its links, to one peer. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';
import { normaliseActor } from '../../src/actors.ts';
import { TICK_MS } from '../../src/limits.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { createLinks } from '../../src/transport/links.ts';

const HOST = '127.0.0.1';

export interface LinkedOptions {
  readonly up: () => void;
  readonly receive: (messages: readonly PeerMessage[]) => void;
}

export interface Linked {
  readonly port: number;
  link(peerPort: number): void;
  send(messages: readonly PeerMessage[]): void;
  close(): Promise<void>;
}

export async function linked({ up, receive }: LinkedOptions): Promise<Linked> {
  const links = createLinks({
    log: () => {},
    random: Math.random,
    nonce: randomUUID(),
    listener: { up, down: () => {}, receive: (_, messages) => receive(messages), admit: () => null },
  });
  const router = new Router();
  links.addRoutes(router);
  const app = new Koa().use(router.routes());
  const server = createServer({ noDelay: true, shouldUpgradeCallback: links.isCall }, app.callback());
  server.on('upgrade', links.accept).listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const self = normaliseActor({ host: HOST, port });
  const clock = setInterval(() => links.tick(), TICK_MS);
  let peer = self;
  return {
    port,
    link(peerPort) {
      peer = normaliseActor({ host: HOST, port: peerPort });
      links.configure({ self, actors: [self, peer].sort(), incarnation: 1, identity: self });
    },
    send: (messages) => links.send(peer, messages),
    async close() {
      clearInterval(clock);
      await links.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
