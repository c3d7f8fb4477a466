/** The accepting side of links: refuses whoever calls, by its hello, or answers with its own. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Actor } from '../paxos/ballot.ts';
import { Channel } from './channel.ts';
import {
  decodeHello,
  dials,
  encodeHello,
  HELLO_FIELD,
  type Hello,
  hello,
  LINK_PROTOCOL,
  mismatch,
  type Refusal,
  type Settings,
} from './hello.ts';
import { isHostOf } from './hosts.ts';

/** What is known once this actor is configured. */
export interface Host {
  readonly settings: Settings;
  /** Ticks that a caller has for its word that it admits this actor. */
  readonly handshake: number;
  admit(hello: Hello): Refusal | null;
  established(peer: Actor, channel: Channel, hello: Hello): void;
}

interface Caller {
  readonly channel: Channel;
  ticks: number;
}

export class Reception {
  readonly #callers = new Set<Caller>();
  readonly #host: () => Host | null;

  /** `host`: null as long as this actor is not configured. */
  constructor(host: () => Host | null) {
    this.#host = host;
  }

  /** `socket`: it has sent the head of that request, and the bytes of `early` behind it. */
  accept(request: IncomingMessage, socket: Duplex, early: Buffer): void {
    // A cut connection is closed, which is listened to.
    socket.on('error', () => {});
    const judged = judge(this.#host(), request);
    if ('reason' in judged) {
      refuse(socket, judged);
      return;
    }
    const { host, hello: said } = judged;
    socket.write(
      headOf(101, {
        Connection: 'Upgrade',
        Upgrade: LINK_PROTOCOL,
        [HELLO_FIELD]: encodeHello(hello(host.settings, said.from)),
      }),
    );
    if (early.length > 0) socket.unshift(early);
    const channel = new Channel(socket, {
      // The word that it admits this actor.
      frame: (payload) => {
        this.#callers.delete(caller);
        // Asked again: another store of that actor may be known since its hello.
        const refusal = host.admit(said);
        if (payload.length > 0) channel.close('garbled: the first frame after the hello is no beat');
        else if (refusal !== null) channel.close(refusal.reason);
        else host.established(said.from, channel, said);
      },
      drained: () => {},
      closed: () => this.#callers.delete(caller),
    });
    const caller: Caller = { channel, ticks: 0 };
    this.#callers.add(caller);
  }

  tick(): void {
    const patience = this.#host()?.handshake ?? 0;
    for (const caller of this.#callers) {
      caller.ticks += 1;
      if (caller.ticks >= patience) caller.channel.close('no word in time');
    }
  }

  close(reason: string): void {
    for (const { channel } of this.#callers) channel.close(reason);
  }
}

function headOf(status: number, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`;
}

function refuse(socket: Duplex, { status, reason }: Refusal): void {
  const text = `${reason}\n`;
  const fields = {
    Connection: 'close',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': `${Buffer.byteLength(text)}`,
  };
  socket.end(headOf(status, fields) + text);
  socket.on('finish', () => socket.destroy());
}

function judge(
  host: Host | null,
  { headers, socket: { remoteAddress: address } }: IncomingMessage,
): Refusal | { readonly host: Host; readonly hello: Hello } {
  if (host === null) return { status: 503, reason: 'not configured' };
  const said = decodeHello(headers[HELLO_FIELD]);
  if ('reason' in said) return said;
  const { self, actors } = host.settings;
  const other = mismatch(host.settings, said);
  if (other !== null) return other;
  if (!actors.includes(said.from)) return { status: 403, reason: `${said.from} is not one of the actors` };
  if (!isHostOf(said.from, address)) {
    return { status: 403, reason: `${said.from} was said from ${address ?? 'an unknown address'}` };
  }
  if (!dials(said.from, self)) return { status: 409, reason: `${self} is who dials ${said.from}` };
  return host.admit(said) ?? { host, hello: said };
}
