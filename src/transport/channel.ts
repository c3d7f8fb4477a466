/** Frames over the two bodies of one long request, and the silence of who is at its other end. */
import type { Readable, Writable } from 'node:stream';
import { MAX_FRAME_BYTES, MAX_HELLO_BYTES } from '../limits.ts';
import { FrameDecoder, FrameError } from './frame.ts';

/**
 * Of both bodies, which are cut long before they are that long. A body of unknown length would cost each frame a chunk's
 * head and tail: two more buffers to write, and to parse.
 */
export const bodyHeaders = {
  'content-type': 'application/octet-stream',
  'content-length': String(Number.MAX_SAFE_INTEGER),
};

/** Both bodies of one request, as its sender or its receiver has them. */
export interface Wire {
  readonly input: Readable;
  /**
   * The socket: behind the head, the body is the bytes as they are. By way of the request or the response, each frame would pass
   * through a stream more, and wait there until all that runs now has run: for us, until votes are encoded.
   */
  readonly output: Writable;
  /** Cuts the connection at once. */
  destroy(): void;
}

export interface ChannelHandler {
  frame(payload: Buffer): void;
  /** What was waiting in the socket is on its way. */
  drained(): void;
  /** Called once, also for a close() of one's own. */
  closed(reason: string): void;
}

export class Channel {
  readonly #wire: Wire;
  #handler: ChannelHandler;
  readonly #decoder = new FrameDecoder();
  #limit = MAX_HELLO_BYTES;
  #open = true;
  #ticksUnheard = 0;
  #ticksUnsaid = 0;

  constructor(wire: Wire, handler: ChannelHandler) {
    this.#wire = wire;
    this.#handler = handler;
    // Listeners of errors stay for good: a cut connection may raise several, and one without a listener ends the process.
    wire.input.on('error', (error: Error) => this.close(describe(error)));
    wire.output.on('error', (error: Error) => this.close(describe(error)));
    wire.input.on('end', () => this.close('ended by the peer'));
    wire.input.on('close', () => this.close('connection lost'));
    wire.output.on('close', () => this.close('connection lost'));
    wire.output.on('drain', () => {
      if (this.#open) this.#handler.drained();
    });
    wire.input.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  get open(): boolean {
    return this.#open;
  }

  /** Bytes not yet taken over by the operating system. */
  get waiting(): number {
    return this.#wire.output.writableLength;
  }

  /** Ticks since anything was received, and since anything was written. */
  get ticksUnheard(): number {
    return this.#ticksUnheard;
  }

  get ticksUnsaid(): number {
    return this.#ticksUnsaid;
  }

  /** The peer is known by its hello: what follows may be long, even if it comes in one piece with the next frame. */
  trust(): void {
    this.#limit = MAX_FRAME_BYTES;
  }

  /** Frames go to `handler` from now on. */
  handTo(handler: ChannelHandler): void {
    this.#handler = handler;
  }

  write(frame: Buffer): void {
    if (!this.#open) return;
    this.#ticksUnsaid = 0;
    this.#wire.output.write(frame);
  }

  tick(): void {
    this.#ticksUnheard += 1;
    this.#ticksUnsaid += 1;
  }

  close(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#wire.destroy();
    this.#handler.closed(reason);
  }

  #receive(chunk: Buffer): void {
    if (!this.#open) return;
    this.#ticksUnheard = 0;
    for (const payload of this.#cut(chunk)) {
      if (!this.#open) return;
      this.#handler.frame(payload);
    }
  }

  #cut(chunk: Buffer): Buffer[] {
    try {
      return this.#decoder.push(chunk, this.#limit);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.close(`garbled: ${error.message}`);
      return [];
    }
  }
}

function describe(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return code === null || error.message.includes(code)
    ? `connection lost: ${error.message}`
    : `connection lost: ${code} ${error.message}`;
}
