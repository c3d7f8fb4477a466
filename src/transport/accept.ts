/** The accepting side of links: reads the hello of whoever calls, and refuses it or answers with its own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { DIAL_TIMEOUT_MS, ticks } from '../limits.ts';
import type { Actor } from '../paxos/ballot.ts';
import { bodyHeaders, Channel } from './channel.ts';
import {
  decodeHello,
  dials,
  encodeHello,
  type Hello,
  hello,
  mismatch,
  type Refusal,
  type Settings,
} from './hello.ts';
import { isHostOf } from './hosts.ts';

/** What is known once this actor is configured. */
export interface Host {
  readonly settings: Settings;
  /** Ticks that a caller has for its hello and for its word that it admits this actor. */
  readonly handshake: number;
  admit(hello: Hello): Refusal | null;
  established(peer: Actor, channel: Channel, hello: Hello): void;
}

/** Ticks for a caller's hello, before this actor is configured and knows the pace of its cluster. */
const PATIENCE = ticks(DIAL_TIMEOUT_MS);

type Phase =
  /** Its hello is awaited. */
  | { readonly kind: 'called' }
  /** It got our hello; its first frame will say that it admits us. */
  | { readonly kind: 'answered'; readonly host: Host; readonly hello: Hello }
  /** Refused, or established: no longer ours. */
  | { readonly kind: 'settled' };

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

  accept(request: IncomingMessage, response: ServerResponse): void {
    const address = request.socket.remoteAddress;
    let phase: Phase = { kind: 'called' };
    const channel = new Channel(
      {
        input: request,
        output: request.socket,
        destroy: () => request.socket.destroy(),
      },
      {
        frame: (payload) => {
          if (phase.kind === 'called') phase = this.#answer(channel, response, address, payload);
          else if (phase.kind === 'answered') {
            const { host, hello } = phase;
            phase = { kind: 'settled' };
            this.#callers.delete(caller);
            // Asked again: another store of that actor may be known since its hello.
            const refusal = host.admit(hello);
            if (payload.length > 0) channel.close('garbled: the first frame after the hello is no beat');
            else if (refusal !== null) channel.close(refusal.reason);
            else host.established(hello.from, channel, hello);
          }
        },
        drained: () => {},
        closed: () => this.#callers.delete(caller),
      },
    );
    const caller: Caller = { channel, ticks: 0 };
    this.#callers.add(caller);
  }

  tick(): void {
    const patience = this.#host()?.handshake ?? PATIENCE;
    for (const caller of this.#callers) {
      caller.ticks += 1;
      if (caller.ticks >= patience) caller.channel.close('no hello in time');
    }
  }

  close(reason: string): void {
    for (const { channel } of this.#callers) channel.close(reason);
  }

  #answer(channel: Channel, response: ServerResponse, address: string | undefined, payload: Buffer): Phase {
    const judged = judge(this.#host(), address, payload);
    if ('reason' in judged) {
      const head = { 'content-type': 'text/plain; charset=utf-8', connection: 'close' };
      response.writeHead(judged.status, head).end(`${judged.reason}\n`);
      return { kind: 'settled' };
    }
    const { host, hello: said } = judged;
    channel.trust();
    response.writeHead(200, bodyHeaders).flushHeaders();
    channel.write(encodeHello(hello(host.settings, said.from)));
    return { kind: 'answered', ...judged };
  }
}

function judge(
  host: Host | null,
  address: string | undefined,
  payload: Buffer,
): Refusal | { readonly host: Host; readonly hello: Hello } {
  if (host === null) return { status: 503, reason: 'not configured' };
  const said = decodeHello(payload);
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
