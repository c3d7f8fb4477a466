/**
 * All that an object remembers, as one text; and back.
 *
 * An object with methods, functions or getters is a *part*: it is made anew by its constructor, so that its functions see
 * the new parts, and then filled with what the text says. Everything else is data, and written out. Parts are written
 * once, at the first place that leads to them. What is no data and is not made by a constructor has no text: that throws.
 */
import { type Counted, Origins } from '../../src/counter/state.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import { originsOf } from '../counter/origins.ts';

type Data = null | boolean | number | string | readonly Data[] | { readonly [name: string]: Data };
type Fields = Record<string, unknown>;

/** Without memory. */
const SKIPPED = new Set(['_machine']);

/** Whose order of insertion no role looks at: who was asked, answered what and was not told, and the last batches in a state. */
const UNORDERED = new Set(['origins', 'promises', 'answers', 'floor', 'asked', 'accepted', '_untold']);

export function write(root: object): string {
  return JSON.stringify(writePart(root, new Set()));
}

/** Fills `fresh`, as its constructor made it, with what is in `text`. */
export function read<T extends object>(text: string, fresh: T): T {
  fill(fresh, JSON.parse(text) as Data, new Set());
  return fresh;
}

/** Of plain data. */
export function textOf(value: unknown): string {
  return JSON.stringify(writeData('', value));
}

/** The roles under search are a copy of src, with a class of its own. */
function isOrigins(value: object): value is Origins {
  return value.constructor?.name === Origins.name;
}

function isPart(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (value instanceof Map || value instanceof Set || isOrigins(value)) return false;
  if (Object.getPrototypeOf(value) !== Object.prototype) return true;
  return Object.values(Object.getOwnPropertyDescriptors(value)).some(
    ({ get, value: held }) => get !== undefined || typeof held === 'function',
  );
}

/** The names of the fields that it remembers something in, in the order of the alphabet. */
function fieldsOf(part: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(part))
    .filter(
      ([name, { get, value }]) => get === undefined && typeof value !== 'function' && !SKIPPED.has(name),
    )
    .map(([name]) => name)
    .sort();
}

function writePart(part: object, seen: Set<object>): Data {
  seen.add(part);
  const written: Record<string, Data> = {};
  for (const name of fieldsOf(part)) {
    const value = (part as Fields)[name];
    if (!isPart(value)) written[name] = writeData(name, value);
    else if (!seen.has(value)) written[name] = writePart(value, seen);
  }
  return written;
}

function writeData(name: string, value: unknown): Data {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint') return ['n', String(value)];
  if (Array.isArray(value)) {
    const items = value.map((one) => writeData('', one));
    return ['a', ...(UNORDERED.has(name) ? items.sort() : items)];
  }
  if (value instanceof Set) return ['s', ...[...value].map((one) => writeData('', one)).sort()];
  if (value instanceof Map || (typeof value === 'object' && isOrigins(value))) {
    const entries = [...value].map(([key, one]) => [writeData('', key), writeData('', one)]);
    if (UNORDERED.has(name)) entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    return [value instanceof Map ? 'm' : 'o', ...entries];
  }
  if (typeof value !== 'object' || isPart(value)) throw new TypeError(`${name} is no data: ${value}`);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    fields.filter(([, one]) => one !== undefined).map(([key, one]) => [key, writeData(key, one)]),
  );
}

function fill(part: Fields | object, data: Data, seen: Set<object>): void {
  seen.add(part);
  const fields = part as Fields;
  const written = data as { readonly [name: string]: Data };
  for (const name of fieldsOf(part)) {
    const value = fields[name];
    const has = written[name];
    if (!isPart(value)) fields[name] = readData(has ?? null);
    else if (!seen.has(value)) fill(value, has ?? null, seen);
  }
}

function readData(data: Data): unknown {
  if (typeof data !== 'object' || data === null) return data;
  if (!Array.isArray(data))
    return Object.fromEntries(Object.entries(data).map(([name, one]) => [name, readData(one)]));
  const [tag, ...rest] = data as readonly Data[];
  if (tag === 'n') return BigInt(rest[0] as string);
  if (tag === 'a') return rest.map(readData);
  if (tag === 's') return new Set(rest.map(readData));
  const entries = rest as unknown as readonly (readonly [Data, Data])[];
  const pairs = entries.map(([key, one]) => [readData(key), readData(one)] as const);
  return tag === 'm' ? new Map(pairs) : originsOf(pairs as [Actor, Counted][]);
}
