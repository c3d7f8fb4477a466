/** Actors that have nothing but links: an HTTP server each, on an address and a port of the loopback network. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';
import { normaliseActor } from '../../src/actors.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import type { Hello, Settings } from '../../src/transport/hello.ts';
import { createLinks, type Links } from '../../src/transport/links.ts';

export type Happening =
  | { readonly kind: 'up'; readonly peer: Actor; readonly hello: Hello }
  | { readonly kind: 'down'; readonly peer: Actor; readonly reason: string }
  | { readonly kind: 'receive'; readonly peer: Actor; readonly messages: readonly PeerMessage[] };

export interface Logged {
  readonly level: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface TestActor {
  readonly actor: Actor;
  readonly links: Links;
  readonly server: Server;
  readonly happened: Happening[];
  readonly logged: Logged[];
  /** What Koa reported as failed, with the path. */
  readonly failures: { readonly path: string | undefined; readonly error: unknown }[];
  /** Replace it to refuse. */
  admit: (hello: Hello) => string | null;
  configure(actors: readonly Actor[], other?: Partial<Settings>): void;
  /** Cuts all connections that it has accepted. */
  cut(): void;
  /** As if the process were gone: its connections are cut, its server no longer listens. */
  kill(): Promise<void>;
}

export async function startActor(host: string, nonce = `nonce of ${host}`): Promise<TestActor> {
  const happened: Happening[] = [];
  const logged: Logged[] = [];
  const failures: { readonly path: string | undefined; readonly error: unknown }[] = [];
  const app = new Koa();
  app.on('error', (error, ctx?: Koa.Context) => void failures.push({ path: ctx?.path, error }));
  const links = createLinks({
    log: (level, event, fields) => void logged.push({ level, event, fields }),
    random: () => 0.5,
    nonce,
    listener: {
      up: (peer, hello) => void happened.push({ kind: 'up', peer, hello }),
      down: (peer, reason) => void happened.push({ kind: 'down', peer, reason }),
      receive: (peer, messages) => void happened.push({ kind: 'receive', peer, messages }),
      admit: (hello) => started.admit(hello),
    },
  });
  const router = new Router();
  links.addRoutes(router);
  app.use(router.routes());
  const server = createServer({ shouldUpgradeCallback: links.isCall }, app.callback());
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', links.accept);
  server.listen(0, host);
  await once(server, 'listening');
  const actor = normaliseActor({ host, port: portOf(server) });
  const started: TestActor = {
    actor,
    links,
    server,
    happened,
    logged,
    failures,
    admit: () => null,
    configure(actors, other = {}) {
      links.configure({ self: actor, actors, incarnation: 1, identity: `store of ${actor}`, ...other });
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async kill() {
      server.close();
      started.cut();
      await links.close();
    },
  };
  return started;
}

export function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}

/** One turn of the event loop: all that can be read by now is handed over. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets the event loop turn until it holds. No clock: a test that waits in vain ends by its own timeout. */
export async function until(holds: () => boolean, each: () => void = () => {}): Promise<void> {
  while (!holds()) {
    each();
    await turn();
  }
}

/** Links all of them, each configured with all. One tick lets a dialer try. */
export async function link(...actors: readonly TestActor[]): Promise<void> {
  const all = actors.map(({ actor }) => actor);
  for (const each of actors) each.configure(all);
  await linked(...actors);
}

/** Ticks until each has links to all others: every tenth turn, so that answers get through between two ticks. */
export async function linked(...actors: readonly TestActor[]): Promise<void> {
  let turns = 0;
  await until(
    () => actors.every(({ links }) => links.alive().size === actors.length - 1),
    () => {
      if (turns++ % 10 === 0) for (const { links } of actors) links.tick();
    },
  );
}

export function tick(times: number, ...actors: readonly TestActor[]): void {
  for (let time = 0; time < times; time += 1) for (const { links } of actors) links.tick();
}

export function received(actor: TestActor): PeerMessage[] {
  return actor.happened.flatMap((each) => (each.kind === 'receive' ? each.messages : []));
}

export function downs(actor: TestActor): string[] {
  return actor.happened.flatMap((each) => (each.kind === 'down' ? [each.reason] : []));
}

/** A message told from others by its number. */
export function numbered(since: number, filling = ''): PeerMessage {
  return { type: 'changes', identity: filling, since };
}
