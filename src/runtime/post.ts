import type { Actor } from '../paxos/ballot.ts';
import type { PeerMessage, Transport } from './ports.ts';

interface Frame {
  readonly messages: PeerMessage[];
  canWait: boolean;
}

/** What leaves for the other actors, in order, in one frame per peer and turn. */
export class Post {
  readonly #transport: Transport;
  readonly #frames = new Map<Actor, Frame>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** A message that can wait leaves with one that cannot, or when all leaves. */
  put(to: Actor, message: PeerMessage, canWait: boolean): void {
    const frame = this.#frames.get(to);
    if (frame === undefined) {
      this.#frames.set(to, { messages: [message], canWait });
      return;
    }
    frame.messages.push(message);
    frame.canWait &&= canWait;
  }

  send(which: 'urgent' | 'all'): void {
    for (const [to, { messages, canWait }] of this.#frames) {
      if (which === 'urgent' && canWait) continue;
      this.#frames.delete(to);
      this.#transport.send(to, messages);
    }
  }

  clear(): void {
    this.#frames.clear();
  }
}
