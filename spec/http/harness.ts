/** A server on a free port of the loopback, a service in memory behind it, and clients down to the bytes. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { AppOptions } from '../../src/http/app.ts';
import { createHandler } from '../../src/http/handler.ts';
import { createHttpServer, type HttpServerOptions, type Upgrades } from '../../src/http/server.ts';
import type { CounterService, IncrementOutcome } from '../../src/runtime/service.ts';

export interface StubService extends CounterService {
  /** What was asked of it, in order. */
  readonly calls: string[];
}

export function stubService(overrides: Partial<CounterService> = {}): StubService {
  const counters = new Map<string, { value: bigint; slot: number }>();
  const calls: string[] = [];
  const look = (name: string) => counters.get(name) ?? { value: 0n, slot: 0 };
  const service: CounterService = {
    self: '10.0.0.1',
    increment(name, amount, done) {
      const { value, slot } = look(name);
      const next = { value: value + amount, slot: slot + 1 };
      counters.set(name, next);
      done({ kind: 'counted', ...next });
    },
    value: (name, done) => done({ kind: 'read', ...look(name), unreachable: [] }),
    consistentValue: (name, _, done) => done({ kind: 'read', ...look(name), unreachable: [] }),
    configure: async () => ({ kind: 'configured', self: '10.0.0.1', changed: true }),
    readiness: () => ({ ready: true, reason: 'a majority is reachable' }),
    ...overrides,
  };
  return {
    calls,
    self: service.self,
    increment(name, amount, done) {
      calls.push(`increment ${name} ${amount}`);
      service.increment(name, amount, done);
    },
    value(name, done) {
      calls.push(`value ${name}`);
      service.value(name, done);
    },
    consistentValue(name, options, done) {
      calls.push(`consistentValue ${name}${options.all ? ' all' : ''}`);
      service.consistentValue(name, options, done);
    },
    configure(actors) {
      calls.push(`configure ${actors.join(' ')}`);
      return service.configure(actors);
    },
    readiness: () => service.readiness(),
  };
}

export interface Served {
  readonly port: number;
  readonly service: StubService;
  /** What was told to `onError`. */
  readonly errors: unknown[];
  stop(boundMs: number): Promise<{ readonly cut: number }>;
}

type ServeOptions = Partial<CounterService> &
  Pick<AppOptions, 'peerRoutes' | 'bodyTimeoutMs'> &
  Pick<HttpServerOptions, 'headTimeoutMs' | 'upgrades'>;

export async function serve(t: ExecutionContext, options: ServeOptions = {}): Promise<Served> {
  const { peerRoutes, bodyTimeoutMs, headTimeoutMs, upgrades, ...overrides } = options;
  const service = stubService(overrides);
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const handler = createHandler({
    service,
    onError,
    ...(peerRoutes === undefined ? {} : { peerRoutes }),
    ...(bodyTimeoutMs === undefined ? {} : { bodyTimeoutMs }),
  });
  const server = createHttpServer(handler, {
    onError,
    ...(headTimeoutMs === undefined ? {} : { headTimeoutMs }),
    ...(upgrades === undefined ? {} : { upgrades }),
  });
  const { port } = await server.listen(0, '127.0.0.1');
  t.teardown(() => server.stop(0));
  return { port, service, errors, stop: server.stop };
}

/** What `/echo` is upgraded to. */
export const echo: Upgrades = {
  wants: ({ url }) => url === '/echo',
  accept(_, socket, early) {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.write(early);
    socket.pipe(socket);
  },
};

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** One request on a connection of its own. */
export async function ask(
  port: number,
  method: string,
  path: string,
  { headers, body }: Ask = {},
): Promise<Reply> {
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent: false,
    headers: headers ?? {},
  });
  request.end(body);
  const [response] = await once(request, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

export interface RawClient {
  write(bytes: string): void;
  /** Sends no more, but still listens. */
  endWriting(): void;
  /** Goes away with a reset. */
  reset(): void;
  /** All that was received, as soon as it is as wanted. */
  received(wanted: string | RegExp | ((text: string) => boolean)): Promise<string>;
  /** All that was received, as soon as the server has closed the connection. */
  closed(): Promise<string>;
  /** Was the connection ended by a reset? It may take away what was not yet received. */
  wasReset(): boolean;
}

export async function connectRaw(t: ExecutionContext, port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  let text = '';
  let ended = false;
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  const whenever = (holds: () => boolean) =>
    new Promise<string>((resolve) => {
      const watcher = () => {
        if (!holds()) return;
        watchers.delete(watcher);
        resolve(text);
      };
      watchers.add(watcher);
      watcher();
    });
  const finished = () => {
    ended = true;
    changed();
  };
  socket.on('data', (chunk) => {
    text += chunk.toString();
    changed();
  });
  socket.on('end', finished).on('close', finished);
  let wasReset = false;
  socket.on('error', () => {
    wasReset = true;
    finished();
  });
  await once(socket, 'connect');
  return {
    write: (bytes) => {
      socket.write(Buffer.from(bytes, 'latin1'));
    },
    endWriting: () => {
      socket.end();
    },
    reset: () => {
      socket.resetAndDestroy();
    },
    received: (wanted) =>
      whenever(() => {
        if (typeof wanted === 'function') return wanted(text);
        return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
      }),
    closed: () => whenever(() => ended),
    wasReset: () => wasReset,
  };
}

export function post(name: string, body: string, ...headers: string[]): string {
  const head = [
    `POST /counter/${name} HTTP/1.1`,
    'Host: quorate',
    `Content-Length: ${body.length}`,
    ...headers,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The head of an increment, for a body that follows. */
export function head(length: number, ...headers: string[]): string {
  const lines = ['POST /counter/c HTTP/1.1', 'Host: quorate', `Content-Length: ${length}`, ...headers];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Increments that settle when the test says so. */
export function heldIncrements(): {
  readonly increment: CounterService['increment'];
  /** Settles when that many increments have arrived. */
  arrived(count: number): Promise<void>;
  /** Answers the oldest that waits. */
  release(outcome: IncrementOutcome): void;
} {
  const waiting: ((outcome: IncrementOutcome) => void)[] = [];
  let count = 0;
  let changed = () => {};
  return {
    increment(_name, _amount, done) {
      waiting.push(done);
      count += 1;
      changed();
    },
    arrived: (wanted) =>
      new Promise((resolve) => {
        changed = () => {
          if (count >= wanted) resolve();
        };
        changed();
      }),
    release: (outcome) => waiting.shift()?.(outcome),
  };
}
