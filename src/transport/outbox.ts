/** What waits for one peer's congested socket. Bounded: when it overflows, the oldest messages are lost. */
import { MAX_OUTBOX_BYTES, MAX_OUTBOX_MESSAGES } from '../limits.ts';

export interface OutboxLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** Takes the place of a message that is gone, so that its memory is free. */
const nothing = Buffer.alloc(0);

const defaults: OutboxLimits = { messages: MAX_OUTBOX_MESSAGES, bytes: MAX_OUTBOX_BYTES };

export class Outbox {
  readonly #limits: OutboxLimits;
  /** Encoded messages, oldest first from `#first` on. */
  #messages: Buffer[] = [];
  #first = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(limits: OutboxLimits = defaults) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#messages.length - this.#first;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Messages lost since the outbox was last empty. */
  get dropped(): number {
    return this.#dropped;
  }

  put(message: Buffer): void {
    this.#messages.push(message);
    this.#bytes += message.length;
    while (this.length > this.#limits.messages || this.#bytes > this.#limits.bytes) {
      this.#shift();
      this.#dropped += 1;
    }
  }

  /** Takes the oldest messages, up to `bytes` together, but at least one unless there is none. */
  take(bytes: number): Buffer[] {
    const taken: Buffer[] = [];
    let size = 0;
    for (let next = this.#messages[this.#first]; next !== undefined; next = this.#messages[this.#first]) {
      size += next.length;
      if (taken.length > 0 && size > bytes) break;
      taken.push(next);
      this.#shift();
    }
    if (this.length === 0) this.#dropped = 0;
    return taken;
  }

  #shift(): void {
    this.#bytes -= this.#messages[this.#first]?.length ?? 0;
    this.#messages[this.#first] = nothing;
    this.#first += 1;
    // Moving the rest to the front now and then costs less than a shift() of every message.
    if (this.#first >= 1024 || this.#first === this.#messages.length) {
      this.#messages = this.#messages.slice(this.#first);
      this.#first = 0;
    }
  }
}
