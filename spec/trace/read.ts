import { closeSync, openSync, readSync } from 'node:fs';
import { type Placed, parse } from './line.ts';

const CHUNK = 1_048_576;
const NEWLINE = 10;

/**
 * The lines of a file, one by one, in bounded memory. The last line of a life may be torn: nobody has seen the effect of an
 * event that was being written when its actor was killed.
 */
export function* readTrace(file: string): Generator<Placed> {
  let torn: Placed | null = null;
  for (const { text, place, isWhole } of linesOf(file)) {
    const placed: Placed = { file, place, text, line: parse(text) };
    if (torn !== null && placed.line?.event !== 'started') yield torn;
    torn = placed.line === null ? placed : null;
    // The end of a line is what says that it is whole, even if what there is of it can be read.
    if (torn === null && isWhole) yield placed;
  }
}

function* linesOf(file: string): Generator<{ text: string; place: number; isWhole: boolean }> {
  const descriptor = openSync(file, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    let place = 0;
    const chunk = Buffer.alloc(CHUNK);
    for (let size = readSync(descriptor, chunk); size > 0; size = readSync(descriptor, chunk)) {
      const bytes = Buffer.concat([rest, chunk.subarray(0, size)]);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        place += 1;
        yield { text: bytes.toString('utf8', start, end), place, isWhole: true };
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
    if (rest.length > 0) yield { text: rest.toString('utf8'), place: place + 1, isWhole: false };
  } finally {
    closeSync(descriptor);
  }
}

/** Of traces in memory, as files would be read. */
export function* traceOf(file: string, texts: readonly string[]): Generator<Placed> {
  for (const [index, text] of texts.entries()) yield { file, place: index + 1, text, line: parse(text) };
}

/**
 * One order of the events of all actors in which causes go before effects: whoever receives a frame has a greater clock
 * than what was before it at its sender. Any such order will do, since nobody could tell it from what happened.
 */
export function* merge(traces: readonly Iterator<Placed>[]): Generator<Placed> {
  const heads: { trace: Iterator<Placed>; placed: Placed; clock: number }[] = [];
  for (const trace of traces) {
    const placed = next(trace);
    if (placed !== null) heads.push({ trace, placed, clock: clockOf(placed) });
  }
  while (heads.length > 0) {
    let first = 0;
    for (let i = 1; i < heads.length; i += 1) if (at(heads, i).clock < at(heads, first).clock) first = i;
    const head = at(heads, first);
    yield head.placed;
    const placed = next(head.trace);
    if (placed === null) heads.splice(first, 1);
    else {
      head.placed = placed;
      head.clock = clockOf(placed);
    }
  }
}

function clockOf({ line, refusal }: Placed): number {
  return refusal === undefined ? (line?.clock ?? 0) : 0;
}

function next(trace: Iterator<Placed>): Placed | null {
  const { done, value } = trace.next();
  return done === true ? null : value;
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`there is no item ${index}`);
  return item;
}
