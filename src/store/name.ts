import { MAX_NAME_BYTES } from '../limits.ts';

const SHORT_ASCII = /^[\0-\x7f]{1,64}$/;

/** Names are stored as their bytes in UTF-8: there must be some, not too many, and they must be those of that name only. */
export function expectName(name: string): string {
  if (SHORT_ASCII.test(name)) return name;
  if (name !== '' && Buffer.byteLength(name) <= MAX_NAME_BYTES && name.isWellFormed()) return name;
  throw new RangeError(
    `name of a counter: expected 1 to ${MAX_NAME_BYTES} bytes of well-formed Unicode, found ${JSON.stringify(name)}`,
  );
}
