/** One try to open a link: a request that asks for its connection to become one, and a hello each way. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import got, { type Request } from 'got';
import { actorEndpoint } from '../actors.ts';
import type { Actor } from '../paxos/ballot.ts';
import { connect } from '../sockets.ts';
import { Channel } from './channel.ts';
import { beat } from './frame.ts';
import {
  decodeHello,
  encodeHello,
  HELLO_FIELD,
  type Hello,
  hello,
  LINK_PROTOCOL,
  mismatch,
  type Refusal,
  type Settings,
} from './hello.ts';
import { ownAddress, peerUrl } from './hosts.ts';

export interface Failure {
  /** The HTTP status of a refusal; null if the peer was not reached, or answered nonsense. */
  readonly status: number | null;
  readonly reason: string;
}

export interface DialOptions {
  readonly settings: Settings;
  readonly peer: Actor;
  readonly admit: (hello: Hello) => Refusal | null;
  /** Somebody listens there: only now does the try cost more than a packet. */
  readonly connected: () => void;
  /** The peer is who it should be, and knows that it is admitted. */
  readonly established: (channel: Channel, hello: Hello) => void;
  readonly failed: (failure: Failure) => void;
}

export interface Attempt {
  abandon(reason: string): void;
}

/** Characters of a refusal that are read. */
const MAX_REASON = 512;

/** Calls `established` or `failed`, once, and never before it returns. */
export function dial(options: DialOptions): Attempt {
  const { settings, peer } = options;
  const { host, port } = actorEndpoint(peer);
  const localAddress = ownAddress(settings.self);
  let settled = false;
  let stream: Request | null = null;
  // Connected by hand: most tries are at a peer that is down or cut off, and a request costs hundreds of times a packet.
  const socket = connect({
    host,
    port,
    // Else a frame may wait until the peer's host has acknowledged the one before, which it puts off for 40 ms.
    noDelay: true,
    ...(localAddress === null ? {} : { localAddress }),
  })
    .once('connect', () => {
      options.connected();
      stream = request();
    })
    .on('error', (error: Error) => fail({ status: null, reason: error.message }));

  function fail(failure: Failure): void {
    if (settled) return;
    settled = true;
    stream?.destroy();
    // Else it would be kept for the next request, once it was answered whole.
    socket.destroy();
    options.failed(failure);
  }

  function request(): Request {
    const request = got.stream(peerUrl(peer, '/peer/link'), {
      retry: { limit: 0 },
      decompress: false,
      followRedirect: false,
      throwHttpErrors: false,
      createConnection: () => socket,
      headers: {
        connection: 'Upgrade',
        upgrade: LINK_PROTOCOL,
        [HELLO_FIELD]: encodeHello(hello(settings, peer)),
      },
    });
    request.on('request', (sent: ClientRequest) => {
      // A connection that is cut may fail twice, and got listens once.
      sent.on('error', (error: Error) => fail({ status: null, reason: error.message }));
      sent.once('upgrade', (response: IncomingMessage, _, early: Buffer) => {
        if (!settled) greet(response, early);
      });
    });
    request.on('error', (error: Error) => fail({ status: null, reason: error.message }));
    request.on('close', () => fail({ status: null, reason: 'connection lost' }));
    request.once('response', ({ statusCode }: { readonly statusCode: number }) => {
      if (!settled) readRefusal(request, (reason) => fail({ status: statusCode, reason }));
    });
    return request;
  }

  function greet({ headers }: IncomingMessage, early: Buffer): void {
    const said = decodeHello(headers[HELLO_FIELD]);
    if ('reason' in said) {
      fail(said);
      return;
    }
    const refusal = refuse(said);
    if (refusal !== null) {
      fail(refusal);
      return;
    }
    settled = true;
    if (early.length > 0) socket.unshift(early);
    const channel = new Channel(socket, { frame: () => {}, drained: () => {}, closed: () => {} });
    // Tells the peer that it is admitted too. Before anything else: it waits for this.
    channel.write(beat);
    options.established(channel, said);
  }

  function refuse(said: Hello): Refusal | null {
    if (said.from !== peer) return { status: 409, reason: `${peer} was dialed, ${said.from} answered` };
    return mismatch(settings, said) ?? options.admit(said);
  }

  return { abandon: (reason) => fail({ status: null, reason }) };
}

function readRefusal(stream: Request, done: (reason: string) => void): void {
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.length >= MAX_REASON) done(text.slice(0, MAX_REASON));
  });
  stream.on('end', () => done(text.trim()));
  stream.on('close', () => done(text.trim()));
}
