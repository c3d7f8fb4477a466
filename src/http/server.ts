/** The listening half: limits of connections and heads, malformed HTTP, and a stop that loses no answer. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { KEEP_ALIVE_GRACE_MS, KEEP_ALIVE_MS, MAX_HEADER_BYTES, REQUEST_TIMEOUT_MS } from '../limits.ts';
import { adopt } from '../sockets.ts';
import { type Answer, problem, send } from './answer.ts';
import type { OnError } from './errors.ts';
import type { Handler } from './handler.ts';
import { headProblem, refuseConnection } from './malformed.ts';
import { PlainConnections } from './plain-connections.ts';

export interface HttpServer {
  /** Settles when connections are accepted; port 0 leaves the choice to the operating system. */
  listen(port: number, host?: string): Promise<AddressInfo>;
  /**
   * Accepts nothing more, lets the requests under way finish for at most `boundMs`, and tells how many it had to cut.
   * What connections were upgraded to stays until then, for increments need their links, but is not waited for.
   */
  stop(boundMs: number): Promise<{ readonly cut: number }>;
}

/** Requests after which their connection is no longer HTTP's. Others that ask for another protocol are served as they are. */
export interface Upgrades {
  wants(request: IncomingMessage): boolean;
  /** `early`: bytes that came with the head of the request. */
  accept(request: IncomingMessage, socket: Duplex, early: Buffer): void;
}

export interface HttpServerOptions {
  readonly onError: OnError;
  readonly upgrades?: Upgrades;
  readonly headTimeoutMs?: number;
}

/** Milliseconds between two looks for heads that are late. */
const HEAD_CHECK_MS = 1_000;

export function createHttpServer(
  handler: Handler,
  { onError, upgrades, headTimeoutMs = REQUEST_TIMEOUT_MS }: HttpServerOptions,
): HttpServer {
  /** All connections, each with the answer to its latest request. */
  const sockets = new Map<Socket, ServerResponse | null>();
  const underWay = new Set<ServerResponse>();
  const malformed = new WeakSet<Socket>();
  let stopping: Promise<{ readonly cut: number }> | null = null;
  let drained = () => {};

  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: headTimeoutMs,
      // Bodies have a timeout of their own.
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveTimeoutBuffer: KEEP_ALIVE_GRACE_MS,
      connectionsCheckingInterval: Math.min(HEAD_CHECK_MS, headTimeoutMs),
      // Refused below, with words.
      requireHostHeader: false,
      shouldUpgradeCallback: (request) => isAnswered(request.socket) && (upgrades?.wants(request) ?? false),
    },
    serve,
  );
  // A client that has sent all and closes its half of the connection still waits for the answer.
  Object.assign(server, { httpAllowHalfOpen: true });
  const connectHttp = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (accepted: Socket) => {
    const socket = adopt(accepted);
    sockets.set(socket, null);
    socket.once('close', () => {
      if (!isAnswered(socket)) for (const response of responsesOn(socket)) untrack.call(response);
      sockets.delete(socket);
    });
    plain.accept(socket);
  });
  const plain = new PlainConnections({
    answer: handler.answer,
    handOver(socket, bytes) {
      socket.pause();
      for (const connect of connectHttp) connect.call(server, socket);
      socket.unshift(bytes);
      socket.resume();
    },
    settled: checkDrained,
    headTimeoutMs,
  });
  server.on('upgrade', (request, socket, early) => upgrades?.accept(request, socket, early));
  server.on('checkContinue', serve);
  server.on('checkExpectation', (request, response) => {
    if (!track(request.socket, response)) return;
    send(request, response, problem(417, 'the only expectation that is met is 100-continue'), 'text');
  });
  server.on('connect', (_, socket: Socket) => {
    // It is not HTTP's any more: nobody else listens.
    socket.on('error', () => {});
    socket.resume();
    refuseBehind(responsesOn(socket), socket, problem(501, 'CONNECT is for proxies, and this is none'));
  });
  server.on('clientError', answerMalformed);

  function serve(...[request, response]: Parameters<RequestListener>): void {
    if (!track(request.socket, response)) return;
    if (request.headers.host === undefined && request.httpVersion === '1.1') {
      send(request, response, problem(400, 'a request of HTTP/1.1 must have a Host header'), 'text');
    } else {
      handler.serve(request, response);
    }
  }

  /** False after an answer that closes the connection: no other can leave, so that nothing more may be done. */
  function track(socket: Socket, response: ServerResponse): boolean {
    if (sockets.get(socket)?.shouldKeepAlive === false) return false;
    sockets.set(socket, response);
    underWay.add(response);
    response.on('close', untrack);
    if (stopping !== null) response.shouldKeepAlive = false;
    return true;
  }

  function isAnswered(socket: Socket): boolean {
    const latest = sockets.get(socket) ?? null;
    return latest === null || !underWay.has(latest);
  }

  function responsesOn(socket: Socket): ServerResponse[] {
    return [...underWay].filter((response) => response.req.socket === socket);
  }

  /** Takes the response as `this`, so that no request needs a closure of its own. */
  function untrack(this: ServerResponse): void {
    underWay.delete(this);
    checkDrained();
  }

  function checkDrained(): void {
    if (underWay.size === 0 && plain.underWay === 0) drained();
  }

  function answerMalformed(error: Error, socket: Socket): void {
    if (malformed.has(socket)) return;
    malformed.add(socket);
    const responses = responsesOn(socket);
    const broken = responses.find((response) => !response.req.complete);
    if (!socket.writable || broken?.headersSent === true) {
      socket.destroy();
      return;
    }
    const ahead = responses.filter((response) => response !== broken);
    refuseBehind(ahead, socket, headProblem(error));
  }

  /** Requests that came whole before the refused one may change something: theirs are the answers that leave first. */
  function refuseBehind(ahead: readonly ServerResponse[], socket: Socket, answer: Answer): void {
    let waiting = ahead.length;
    const refuse = () => refuseConnection(socket, answer);
    if (waiting === 0) refuse();
    for (const response of ahead) {
      response.once('close', () => {
        waiting -= 1;
        if (waiting === 0) refuse();
      });
    }
  }

  async function stopWithin(boundMs: number): Promise<{ readonly cut: number }> {
    const closed = new Promise((resolve) => server.close(resolve));
    const lastOf = new Map([...underWay].map((response) => [response.req.socket, response]));
    for (const response of lastOf.values()) response.shouldKeepAlive = false;
    plain.stop();
    // Node 24 counts a connection on which nothing was ever sent as busy.
    for (const socket of sockets.keys()) if (socket.bytesRead === 0) socket.destroy();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, boundMs);
      drained = () => {
        clearTimeout(timer);
        resolve();
      };
      checkDrained();
    });
    const cut = underWay.size + plain.underWay;
    for (const socket of sockets.keys()) socket.destroy();
    await closed;
    return { cut };
  }

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        const fail = (cause: Error) => {
          reject(
            new Error(`cannot listen on ${host ?? 'all addresses'}, port ${port}: ${cause.message}`, {
              cause,
            }),
          );
        };
        server.once('error', fail);
        server.listen({ port, host }, () => {
          server.off('error', fail);
          server.on('error', onError);
          const address = server.address();
          if (address === null || typeof address === 'string') reject(new TypeError('not listening on TCP'));
          else resolve(address);
        });
      }),
    stop: (boundMs) => {
      stopping ??= stopWithin(boundMs);
      return stopping;
    },
  };
}
