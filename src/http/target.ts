/** The path and query of a request as they were sent: what a router decodes cannot tell `%2F` from `/`. */
import { MAX_NAME_BYTES, MAX_URL_BYTES } from '../limits.ts';
import { HttpProblem } from './errors.ts';
import { quote } from './quote.ts';

export interface Target {
  /** Not decoded. */
  readonly path: string;
  /** Not decoded, without its question mark. */
  readonly query: string;
}

/** What a request sent through a proxy begins with. */
const SCHEME_AND_HOST = /^https?:\/\/[^/?#]*/i;

export function targetOf(url: string): Target {
  if (url.length > MAX_URL_BYTES) {
    throw new HttpProblem(
      414,
      `a path and query may have at most ${MAX_URL_BYTES} bytes; these have ${url.length}`,
    );
  }
  if (url.includes('#')) {
    throw new HttpProblem(
      400,
      "a '#' begins a fragment, which is not sent; inside a counter's name it is written %23",
    );
  }
  const local = url.startsWith('/') ? url : url.replace(SCHEME_AND_HOST, '');
  const mark = local.indexOf('?');
  if (mark === -1) return { path: local, query: '' };
  return { path: local.slice(0, mark), query: local.slice(mark + 1) };
}

const PLAIN_NAME = /^[!-$&-~]+$/;
const PERCENT_BYTE = /%([0-9a-f]{2})/gi;
const STRAY_PERCENT = /%(?![0-9a-f]{2})/i;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Plain names that were asked for lately, by a hash of theirs. */
const lately = new Array<string>(16_384).fill('');
/** Characters of a name up to which it is kept there. */
const SHORT_NAME = 64;

/**
 * The counter's name that one segment of a path stands for. A short plain one mostly is the very string that it was before, since a new
 * one V8 would look up among all its strings, for every Map.
 */
export function decodeName(segment: string): string {
  if (segment.length > SHORT_NAME) return decoded(segment);
  const place = hash(segment) % lately.length;
  const known = lately[place];
  if (known === segment) return known;
  const name = decoded(segment);
  if (name !== segment) return name;
  // A copy: cut from a request, it would keep all of that alive.
  const own = Buffer.from(name, 'latin1').toString('latin1');
  lately[place] = own;
  return own;
}

/** FNV-1a (Fowler, Noll and Vo), of characters. */
function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x0100_0193);
  }
  return value >>> 0;
}

function decoded(segment: string): string {
  if (PLAIN_NAME.test(segment)) {
    checkLength(segment.length);
    return segment;
  }
  if (STRAY_PERCENT.test(segment)) {
    throw new HttpProblem(
      400,
      `in a counter's name % must be followed by two hex digits; got ${quote(segment)}`,
    );
  }
  const bytes = Buffer.from(
    segment.replace(PERCENT_BYTE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  checkLength(bytes.length);
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new HttpProblem(400, `a counter's name must be UTF-8, percent-encoded; got ${quote(segment)}`, {
      cause,
    });
  }
}

function checkLength(bytes: number): void {
  if (bytes <= MAX_NAME_BYTES) return;
  throw new HttpProblem(
    414,
    `a counter's name may have at most ${MAX_NAME_BYTES} bytes; this one has ${bytes}`,
  );
}
