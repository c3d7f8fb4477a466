/** What is stored or sent consists of these: MessagePack carries them as they are, and fast. */
export type Plain = null | number | string | readonly Plain[];

/** Somebody else's data, or a damaged record: not what the protocol's words can be read from. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';

  constructor(what: string, expected: string, found: unknown) {
    super(`${what}: expected ${expected}, found ${describe(found)}`);
  }
}

function describe(found: unknown): string {
  if (Array.isArray(found)) return `an array of ${found.length}`;
  if (typeof found === 'string') return JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found);
  return typeof found === 'object' && found !== null ? 'an object' : String(found);
}

/** A whole number from 0 on: rounds, slots, sequences, incarnations. */
export function decodeNatural(encoded: unknown, what: string): number {
  if (typeof encoded === 'number' && encoded >= 0 && Number.isSafeInteger(encoded)) return encoded;
  throw new MalformedError(what, 'a whole number from 0 to 2^53 - 1', encoded);
}

export function decodeText(encoded: unknown, what: string): string {
  if (typeof encoded === 'string') return encoded;
  throw new MalformedError(what, 'a string', encoded);
}

export function decodeList(encoded: unknown, what: string): readonly unknown[] {
  if (Array.isArray(encoded)) return encoded;
  throw new MalformedError(what, 'an array', encoded);
}

/** An array of exactly `length` fields. */
export function decodeFields(encoded: unknown, length: number, what: string): readonly unknown[] {
  if (Array.isArray(encoded) && encoded.length === length) return encoded;
  throw new MalformedError(what, `an array of ${length}`, encoded);
}

export function encodeNullable<T>(value: T | null, encode: (value: T) => Plain): Plain {
  return value === null ? null : encode(value);
}

export function decodeNullable<T>(encoded: unknown, decode: (encoded: unknown) => T): T | null {
  return encoded === null ? null : decode(encoded);
}

const HEXADECIMAL = /^-?[0-9a-f]+$/;

/** As a number where a number is exact; else in hexadecimal, which takes linear time both ways, as no other radix does. */
export function encodeInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString(16);
}

export function decodeInteger(encoded: unknown, what: string): bigint {
  if (typeof encoded === 'number' && Number.isSafeInteger(encoded)) return BigInt(encoded);
  if (typeof encoded === 'string' && HEXADECIMAL.test(encoded)) {
    return encoded.startsWith('-') ? -BigInt(`0x${encoded.slice(1)}`) : BigInt(`0x${encoded}`);
  }
  throw new MalformedError(what, 'a safe integer or a hexadecimal string', encoded);
}
