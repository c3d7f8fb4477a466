/** Peers that are no actors: they say what a test makes them say. */
import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { connect, createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { actorEndpoint, normaliseActor } from '../../src/actors.ts';
import { MAX_FRAME_BYTES } from '../../src/limits.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import { FrameDecoder } from '../../src/transport/frame.ts';
import { decodeHello, encodeHello, type Hello, hello } from '../../src/transport/hello.ts';
import { portOf } from './actors.ts';

export function helloOf(
  from: Actor,
  to: Actor,
  actors: readonly Actor[],
  other: Partial<Hello> = {},
): Buffer {
  const said = hello({ self: from, actors, incarnation: 1, identity: `store of ${from}` }, to);
  return encodeHello({ ...said, ...other });
}

export interface Call {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
  /** The payloads received so far. */
  readonly payloads: Buffer[];
  /** The whole answer, if it ends by itself. */
  readonly text: Promise<string>;
  readonly closed: Promise<unknown>;
}

/** Dials as an actor does, and says `first` first. Rejects if the connection is cut instead of an answer. */
export async function call(to: Actor, fromHost: string, first: Buffer): Promise<Call> {
  const { host, port } = actorEndpoint(to);
  const sent = request({
    host,
    port,
    method: 'POST',
    path: '/peer/link',
    localAddress: fromHost,
    agent: false,
  });
  const closed = new Promise((resolve) => sent.once('close', resolve));
  sent.write(first);
  const [response]: [IncomingMessage] = await answer(sent);
  sent.on('error', () => {});
  response.on('error', () => {});
  const payloads: Buffer[] = [];
  let text = '';
  const ended = new Promise<string>((resolve) => response.once('end', () => resolve(text)));
  if (response.statusCode === 200) collect(response, payloads);
  else {
    response.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { request: sent, response, payloads, text: ended, closed };
}

/** Adds the payloads of all frames that come. */
export function collect(input: Readable, payloads: Buffer[]): void {
  const decoder = new FrameDecoder();
  input.on('data', (chunk: Buffer) => void payloads.push(...decoder.push(chunk, MAX_FRAME_BYTES)));
}

function answer(sent: ClientRequest): Promise<[IncomingMessage]> {
  return new Promise((resolve, reject) => {
    sent.once('response', (response) => resolve([response]));
    sent.once('error', reject);
  });
}

export interface RawServer {
  readonly actor: Actor;
  close(): void;
}

/** A server of HTTP that handles every request as told. */
export async function serve(
  host: string,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<RawServer> {
  const server = createServer({ requestTimeout: 0 }, handle);
  server.listen(0, host);
  await once(server, 'listening');
  return {
    actor: normaliseActor({ host, port: portOf(server) }),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Answers a dialing actor's hello as an actor would. */
export function welcome(
  request: IncomingMessage,
  response: ServerResponse,
  actors: readonly Actor[],
  other: Partial<Hello> = {},
): void {
  request.once('data', (chunk: Buffer) => {
    const said = decodeHello(new FrameDecoder().push(chunk, MAX_FRAME_BYTES)[0] ?? Buffer.alloc(0));
    if ('reason' in said) throw new Error(said.reason);
    response.writeHead(200);
    response.write(helloOf(said.to, said.from, actors, other));
  });
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
