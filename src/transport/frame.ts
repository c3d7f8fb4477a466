/** A frame: four bytes of length, most significant first, then as many bytes of messages. No bytes at all is a beat. */

export const HEADER_BYTES = 4;

/** The bytes are not frames of ours. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** A frame of nothing: says that its sender lives. */
export const beat: Buffer = Buffer.alloc(HEADER_BYTES);

/** Puts the length of what follows into the header that `bytes` leaves room for. */
export function fillHeader(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(bytes.length - HEADER_BYTES, 0);
  return bytes;
}

/** Cuts a stream of bytes, in chunks of any size, into the payloads of its frames. */
export class FrameDecoder {
  /** Copies of what there is of a frame that is not complete yet. */
  #parts: Buffer[] = [];
  #held = 0;
  /** Bytes that must be held before there is anything new to know. */
  #wanted = HEADER_BYTES;

  /** The payloads that `chunk` completes, there as long as it is; throws a FrameError at one of more than `limit` bytes. */
  push(chunk: Buffer, limit: number): Buffer[] {
    let bytes = chunk;
    if (this.#held > 0) {
      this.#parts.push(Buffer.from(chunk));
      this.#held += chunk.length;
      if (this.#held < this.#wanted) return [];
      bytes = Buffer.concat(this.#parts, this.#held);
    }
    const payloads: Buffer[] = [];
    let at = 0;
    let wanted = HEADER_BYTES;
    while (bytes.length - at >= HEADER_BYTES) {
      const length = bytes.readUInt32BE(at);
      if (length > limit) throw new FrameError(`a frame of ${length} bytes, at most ${limit} are allowed`);
      const end = at + HEADER_BYTES + length;
      if (end > bytes.length) {
        wanted += length;
        break;
      }
      payloads.push(bytes.subarray(at + HEADER_BYTES, end));
      at = end;
    }
    this.#held = bytes.length - at;
    this.#parts = this.#held > 0 ? [Buffer.from(bytes.subarray(at))] : [];
    this.#wanted = wanted;
    return payloads;
  }
}
