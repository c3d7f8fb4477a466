/** A channel to a peer that both sides admitted: messages out and in, beats, suspicion. */
import type { ActorNames } from '../codec/actor-list.ts';
import { MalformedError } from '../codec/malformed.ts';
import { CONGESTED_BYTES, FRAME_TARGET_BYTES, MAX_OUTBOX_BYTES } from '../limits.ts';
import type { Actor } from '../paxos/ballot.ts';
import type { PeerMessage } from '../runtime/ports.ts';
import type { Channel } from './channel.ts';
import { decodeFrame, encodeFrame, encodeOne, joinFrame } from './codec.ts';
import { beat } from './frame.ts';
import { GivenNumbers, KnownNumbers } from './numbers.ts';
import { Outbox } from './outbox.ts';
import type { Pace } from './pace.ts';

export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  event: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/** Lamport's logical clock of an actor that writes a trace. Every frame carries it; who receives one is later. */
export interface Clock {
  readonly now: number;
  hear(clock: number): void;
}

export interface LinkOptions {
  readonly peer: Actor;
  /** Of the cluster: the same at both ends. */
  readonly actors: ActorNames;
  readonly channel: Channel;
  readonly pace: Pace;
  readonly log: Log;
  readonly clock?: Clock | undefined;
  readonly receive: (messages: readonly PeerMessage[]) => void;
  readonly closed: (reason: string) => void;
}

export class Link {
  readonly #options: LinkOptions;
  readonly #channel: Channel;
  readonly #outbox = new Outbox();
  readonly #given = new GivenNumbers();
  readonly #known = new KnownNumbers();

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#channel = options.channel;
    this.#channel.handTo({
      frame: (payload) => this.#receive(payload),
      drained: () => this.#flush(),
      closed: options.closed,
    });
  }

  send(messages: readonly PeerMessage[]): void {
    if (!this.#channel.open || messages.length === 0) return;
    if (this.#outbox.length === 0 && this.#channel.waiting <= CONGESTED_BYTES) {
      const { actors, clock } = this.#options;
      const frame = encodeFrame(messages, actors, this.#given, clock?.now);
      if (frame.length <= FRAME_TARGET_BYTES) {
        this.#channel.write(frame);
        return;
      }
      this.#given.forget();
    }
    for (const message of messages) this.#hold(message);
    this.#flush();
  }

  tick(): void {
    this.#channel.tick();
    if (this.#channel.ticksUnheard >= this.#options.pace.suspect) {
      this.#channel.close('silent');
    } else if (this.#channel.ticksUnsaid >= this.#options.pace.beat) {
      this.#channel.write(beat);
    }
  }

  close(reason: string): void {
    this.#channel.close(reason);
  }

  #hold(message: PeerMessage): void {
    const { log, peer, actors } = this.#options;
    const encoded = encodeOne(message, actors);
    if (encoded.length > MAX_OUTBOX_BYTES) {
      log('error', 'message too long', { peer, type: message.type, bytes: encoded.length });
      return;
    }
    const first = this.#outbox.dropped === 0;
    this.#outbox.put(encoded);
    if (first && this.#outbox.dropped > 0) {
      log('warn', 'outbox overflows', { peer, messages: this.#outbox.length, bytes: this.#outbox.bytes });
    }
  }

  #flush(): void {
    while (this.#channel.open && this.#outbox.length > 0 && this.#channel.waiting <= CONGESTED_BYTES) {
      const { dropped } = this.#outbox;
      const taken = this.#outbox.take(FRAME_TARGET_BYTES);
      if (this.#outbox.length === 0 && dropped > 0) {
        this.#options.log('warn', 'outbox drained', { peer: this.#options.peer, dropped });
      }
      this.#channel.write(joinFrame(taken, this.#options.clock?.now));
    }
  }

  #receive(payload: Buffer): void {
    if (payload.length === 0) return;
    const messages = this.#decode(payload);
    if (messages !== null) this.#options.receive(messages);
  }

  #decode(payload: Buffer): PeerMessage[] | null {
    try {
      const { actors, clock } = this.#options;
      return decodeFrame(payload, actors, this.#known, (heard) => clock?.hear(heard));
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      this.#channel.close(`garbled: ${error.message}`);
      return null;
    }
  }
}
