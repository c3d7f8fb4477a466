/**
 * What is stored or sent, as bytes: each field follows the one before, and both sides know what comes. Each value has one form.
 *
 * natural: seven bits a byte, lowest first, the eighth says that more follow (LEB128, DWARF 5, section 7.6). integer: a natural, which
 * is twice the integer, or one more than twice the length of it in bytes, most significant first. bytes: their number, then they.
 * text: bytes of UTF-8. Something optional: a natural of 0 or 1, then it if it is there. A list: how many, then they.
 */
import { isUtf8 } from 'node:buffer';
import { MalformedError } from './malformed.ts';

/** Bytes of 2^53 - 1. */
const MAX_NATURAL_BYTES = 8;
/** Twice that is still exact. */
const SMALL_INTEGERS = 2n ** 52n;
/** Bytes that a writer begins with, and at most keeps. */
const ROOM = 65_536;
/** Characters of a text up to which it is faster to copy them one by one. */
const SHORT_TEXT = 64;

const conversion = new DataView(new ArrayBuffer(8));

/** Of less than 2^53. `Number` would ask V8's runtime, which takes longer. */
function toNumber(value: bigint): number {
  conversion.setBigUint64(0, value);
  return conversion.getUint32(0) * 2 ** 32 + conversion.getUint32(4);
}

/** Of a whole number below 2^53. So does `BigInt`. */
function toBigInt(value: number): bigint {
  conversion.setUint32(0, value / 2 ** 32);
  conversion.setUint32(4, value);
  return conversion.getBigUint64(0);
}

/** Bytes that are being written, one after the other; `begin` before each use. */
export class Writer {
  #bytes = Buffer.allocUnsafeSlow(ROOM);
  #length = 0;

  /** Forgets what was written, and leaves room for a header. */
  begin(headerBytes = 0): this {
    if (this.#bytes.length > ROOM) this.#bytes = Buffer.allocUnsafeSlow(ROOM);
    this.#length = headerBytes;
    return this;
  }

  /** What was written, until something else is. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** What was written, for good. */
  copied(): Buffer {
    const copy = Buffer.allocUnsafe(this.#length);
    this.#bytes.copy(copy, 0, 0, this.#length);
    return copy;
  }

  /** From 0 to 2^53 - 1. */
  natural(value: number): void {
    if (!(value >= 0 && Number.isSafeInteger(value)))
      throw new RangeError(`expected a natural, got ${value}`);
    this.#makeRoom(MAX_NATURAL_BYTES);
    const bytes = this.#bytes;
    let at = this.#length;
    let rest = value;
    // Shifting is of 32 bits.
    while (rest > 0x7fff_ffff) {
      bytes[at] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
      at += 1;
    }
    while (rest > 0x7f) {
      bytes[at] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
      at += 1;
    }
    bytes[at] = rest;
    this.#length = at + 1;
  }

  /** From 0 on, of any size. */
  integer(value: bigint): void {
    if (value < 0n) throw new RangeError(`expected an integer from 0 on, got ${value}`);
    if (value < SMALL_INTEGERS) {
      this.natural(2 * toNumber(value));
      return;
    }
    // No other radix takes linear time.
    const digits = value.toString(16);
    const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
    this.natural(2 * bytes.length + 1);
    this.#copy(bytes);
  }

  bytes(bytes: Uint8Array): void {
    this.natural(bytes.length);
    this.#copy(bytes);
  }

  text(text: string): void {
    if (text.length <= SHORT_TEXT && this.#isWrittenAsAscii(text)) return;
    const length = Buffer.byteLength(text);
    this.natural(length);
    this.#makeRoom(length);
    this.#bytes.write(text, this.#length);
    this.#length += length;
  }

  optional<T>(value: T | null, write: (value: T) => void): void {
    this.natural(value === null ? 0 : 1);
    if (value !== null) write(value);
  }

  list<T>(values: readonly T[], write: (value: T) => void): void {
    this.natural(values.length);
    for (const value of values) write(value);
  }

  /** Nothing was written if it is not. */
  #isWrittenAsAscii(text: string): boolean {
    this.#makeRoom(1 + SHORT_TEXT);
    const bytes = this.#bytes;
    const at = this.#length;
    bytes[at] = text.length;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      bytes[at + 1 + index] = unit;
    }
    this.#length = at + 1 + text.length;
    return true;
  }

  #copy(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #makeRoom(length: number): void {
    const needed = this.#length + length;
    if (needed <= this.#bytes.length) return;
    const former = this.written;
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.set(former);
  }
}

/** Reads what a Writer has written, in the same order. Trusts nothing: what is not there, or not in its form, is a MalformedError. */
export class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  natural(what: string): number {
    const first = this.#bytes[this.#at];
    if (first === undefined) throw this.#ended(what);
    this.#at += 1;
    return first < 0x80 ? first : this.#restOf(first, what);
  }

  /** A natural of which each one below `bound` means something. */
  choice(bound: number, what: string): number {
    const choice = this.natural(what);
    if (choice >= bound) throw new MalformedError(what, `a whole number below ${bound}`, choice);
    return choice;
  }

  integer(what: string): bigint {
    const natural = this.natural(what);
    if (natural % 2 === 0) return toBigInt(natural / 2);
    const bytes = this.#take((natural - 1) / 2, what);
    const value = bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
    if (value < SMALL_INTEGERS || bytes[0] === 0) {
      throw new MalformedError(what, 'no more bytes than an integer needs', value);
    }
    return value;
  }

  /** The very bytes, not a copy. */
  bytes(what: string): Buffer {
    return this.#take(this.natural(what), what);
  }

  text(what: string, maxBytes = Number.POSITIVE_INFINITY): string {
    const length = this.natural(what);
    if (length > maxBytes) throw new MalformedError(what, `at most ${maxBytes} bytes`, length);
    const bytes = this.#take(length, what);
    if (!isUtf8(bytes)) throw new MalformedError(what, 'UTF-8', bytes.toString('hex'));
    return bytes.toString();
  }

  optional<T>(what: string, read: () => T): T | null {
    return this.choice(2, what) === 0 ? null : read();
  }

  list<T>(what: string, read: () => T): T[] {
    const values = new Array<T>(this.length(what));
    for (let at = 0; at < values.length; at += 1) values[at] = read();
    return values;
  }

  /** How many follow, of at least a byte each. */
  length(what: string): number {
    const length = this.natural(what);
    if (length > this.#bytes.length - this.#at) throw this.#ended(what);
    return length;
  }

  #restOf(first: number, what: string): number {
    let value = first & 0x7f;
    let byte = 0;
    let scale = 0x80;
    do {
      byte = this.#bytes[this.#at] ?? -1;
      if (byte < 0) throw this.#ended(what);
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80 && value <= Number.MAX_SAFE_INTEGER);
    if (byte === 0 || value > Number.MAX_SAFE_INTEGER) {
      throw new MalformedError(what, 'a whole number from 0 to 2^53 - 1, in as few bytes as it needs', value);
    }
    return value;
  }

  #take(length: number, what: string): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw this.#ended(what);
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  #ended(what: string): MalformedError {
    return new MalformedError(what, 'more bytes', `the end after ${this.#bytes.length}`);
  }
}
