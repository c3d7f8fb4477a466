import type { Actor } from '../paxos/ballot.ts';
import type { PeerMessage, Transport } from './ports.ts';

/** Empty, or what leaves next. */
interface Frame {
  messages: PeerMessage[];
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
    const frame = this.#frameTo(to);
    frame.messages.push(message);
    frame.canWait &&= canWait;
  }

  send(which: 'urgent' | 'all'): void {
    for (const [to, frame] of this.#frames) {
      const { messages, canWait } = frame;
      if (messages.length === 0 || (which === 'urgent' && canWait)) continue;
      frame.messages = [];
      frame.canWait = true;
      this.#transport.send(to, messages);
    }
  }

  clear(): void {
    this.#frames.clear();
  }

  #frameTo(to: Actor): Frame {
    const known = this.#frames.get(to);
    if (known !== undefined) return known;
    const frame = { messages: [], canWait: true };
    this.#frames.set(to, frame);
    return frame;
  }
}
