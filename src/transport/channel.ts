/** Frames over one connection, and the silence of who is at its other end. */
import type { Duplex } from 'node:stream';
import { MAX_FRAME_BYTES } from '../limits.ts';
import { receive } from '../sockets.ts';
import { FrameDecoder, FrameError } from './frame.ts';

export interface ChannelHandler {
  frame(payload: Buffer): void;
  /** What was waiting in the socket is on its way. */
  drained(): void;
  /** Called once, also for a close() of one's own. */
  closed(reason: string): void;
}

export class Channel {
  readonly #socket: Duplex;
  #handler: ChannelHandler;
  readonly #decoder = new FrameDecoder();
  #open = true;
  #ticksUnheard = 0;
  #ticksUnsaid = 0;

  constructor(socket: Duplex, handler: ChannelHandler) {
    this.#socket = socket;
    this.#handler = handler;
    // Listeners of errors stay for good: a cut connection may raise several, and one without a listener ends the process.
    socket.on('error', (error: Error) => this.close(describe(error)));
    socket.on('end', () => this.close('ended by the peer'));
    socket.on('close', () => this.close('connection lost'));
    socket.on('drain', () => {
      if (this.#open) this.#handler.drained();
    });
    receive(socket, (bytes) => this.#receive(bytes));
  }

  get open(): boolean {
    return this.#open;
  }

  /** Bytes not yet taken over by the operating system. */
  get waiting(): number {
    return this.#socket.writableLength;
  }

  /** Ticks since anything was received, and since anything was written. */
  get ticksUnheard(): number {
    return this.#ticksUnheard;
  }

  get ticksUnsaid(): number {
    return this.#ticksUnsaid;
  }

  /** Frames go to `handler` from now on. */
  handTo(handler: ChannelHandler): void {
    this.#handler = handler;
  }

  write(frame: Buffer): void {
    if (!this.#open) return;
    this.#ticksUnsaid = 0;
    this.#socket.write(frame);
  }

  tick(): void {
    this.#ticksUnheard += 1;
    this.#ticksUnsaid += 1;
  }

  close(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#socket.destroy();
    this.#handler.closed(reason);
  }

  #receive(bytes: Buffer): void {
    if (!this.#open) return;
    this.#ticksUnheard = 0;
    for (const payload of this.#cut(bytes)) {
      if (!this.#open) return;
      this.#handler.frame(payload);
    }
  }

  #cut(bytes: Buffer): Buffer[] {
    try {
      return this.#decoder.push(bytes, MAX_FRAME_BYTES);
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
