/** Peers that are no actors: they say what a test makes them say. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { actorEndpoint, normaliseActor } from '../../src/actors.ts';
import { MAX_FRAME_BYTES } from '../../src/limits.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import { FrameDecoder, fillHeader, HEADER_BYTES } from '../../src/transport/frame.ts';
import {
  decodeHello,
  encodeHello,
  HELLO_FIELD,
  type Hello,
  hello,
  LINK_PROTOCOL,
} from '../../src/transport/hello.ts';
import { portOf } from './actors.ts';

export function helloOf(
  from: Actor,
  to: Actor,
  actors: readonly Actor[],
  other: Partial<Hello> = {},
): string {
  const said = hello({ self: from, actors, incarnation: 1, identity: `store of ${from}` }, to);
  return encodeHello({ ...said, ...other });
}

export interface Call {
  /** A link's, if it was not refused. */
  readonly socket: Socket;
  readonly response: IncomingMessage;
  /** The payloads received so far. */
  readonly payloads: Buffer[];
  /** What a refusal says. */
  readonly text: Promise<string>;
  readonly closed: Promise<unknown>;
}

/** Dials as an actor does, with that hello. Rejects if the connection is cut instead of an answer. */
export async function call(to: Actor, fromHost: string, hello: string): Promise<Call> {
  const { host, port } = actorEndpoint(to);
  const sent = request({
    host,
    port,
    path: '/peer/link',
    localAddress: fromHost,
    agent: false,
    headers: { connection: 'Upgrade', upgrade: LINK_PROTOCOL, [HELLO_FIELD]: hello },
  });
  const closed = new Promise((resolve) => sent.once('socket', (socket) => socket.once('close', resolve)));
  sent.end();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('upgrade', resolve).once('response', resolve).once('error', reject);
  });
  const { socket } = response;
  const payloads: Buffer[] = [];
  socket.on('error', () => {});
  if (response.statusCode === 101) collect(socket, payloads);
  const text = response.statusCode === 101 ? Promise.resolve('') : textOf(response);
  return { socket, response, payloads, text, closed };
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}

/** Adds the payloads of all frames that come. */
export function collect(input: Readable, payloads: Buffer[]): void {
  const decoder = new FrameDecoder();
  input.on('data', (chunk: Buffer) => void payloads.push(...decoder.push(chunk, MAX_FRAME_BYTES)));
}

export interface RawServer {
  readonly actor: Actor;
  close(): void;
}

export interface Handling {
  /** Who calls; else calls are requests like others. */
  readonly called?: (request: IncomingMessage, socket: Duplex) => void;
  readonly asked?: (request: IncomingMessage, response: ServerResponse) => void;
}

/** A server of HTTP that does as it is told. */
export async function serve(
  host: string,
  { called, asked = (_, response) => void response.end() }: Handling,
): Promise<RawServer> {
  const sockets = new Set<Duplex>();
  const server = createServer(
    { requestTimeout: 0, shouldUpgradeCallback: () => called !== undefined },
    asked,
  );
  server.on('upgrade', (request, socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('end', () => socket.end());
    called?.(request, socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    actor: normaliseActor({ host, port: portOf(server) }),
    close() {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Answers a dialing actor's hello as an actor would, and says `early` in the same piece. */
export function welcome(
  { headers }: IncomingMessage,
  socket: Duplex,
  actors: readonly Actor[],
  { other = {}, early = Buffer.alloc(0) }: { readonly other?: Partial<Hello>; readonly early?: Buffer } = {},
): void {
  const said = decodeHello(headers[HELLO_FIELD]);
  if ('reason' in said) throw new Error(said.reason);
  const hello = helloOf(said.to, said.from, actors, other);
  const head = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${LINK_PROTOCOL}\r\n${HELLO_FIELD}: ${hello}\r\n\r\n`;
  socket.write(Buffer.concat([Buffer.from(head), early]));
}

export interface Cable {
  readonly actor: Actor;
  readonly sockets: ReadonlySet<Socket>;
  target: { readonly host: string; readonly port: number };
  /** Forwards nothing any more, not even the end of a connection: as if the cable were cut. */
  cut(direction: 'both' | 'to target' | 'to caller'): void;
}

/** Forwards connections to `target`, each from the address it came from. */
export async function startProxy(host: string): Promise<Cable & RawServer> {
  const sockets = new Set<Socket>();
  const pairs: { readonly caller: Socket; readonly target: Socket }[] = [];
  const server: NetServer = createNetServer((caller) => {
    const target = connect({
      ...proxy.target,
      ...(caller.remoteAddress === undefined ? {} : { localAddress: caller.remoteAddress }),
    });
    pairs.push({ caller, target });
    for (const socket of [caller, target]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    caller.pipe(target);
    target.pipe(caller);
    caller.once('close', () => target.destroy());
    target.once('close', () => caller.destroy());
  });
  server.listen(0, host);
  await once(server, 'listening');
  const proxy: Cable & RawServer = {
    actor: normaliseActor({ host, port: portOf(server) }),
    sockets,
    target: { host, port: 1 },
    cut(direction) {
      for (const { caller, target } of pairs) {
        if (direction !== 'to caller') drop(caller, target);
        if (direction !== 'to target') drop(target, caller);
      }
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return proxy;
}

function drop(from: Socket, to: Socket): void {
  from.unpipe(to);
  from.removeAllListeners('close');
  from.resume();
}

export function frame(payload: Uint8Array): Buffer {
  return fillHeader(Buffer.concat([Buffer.alloc(HEADER_BYTES), payload]));
}
