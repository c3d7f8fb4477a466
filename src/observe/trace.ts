/** The trace of one actor, on disk: a line of JSON per event, in the order of `runtime/trace.ts`. */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

/** Bytes that are held back at the most. */
const BUFFER = 65_536;
/** Bytes at the end of a file in which its last whole line has to be. */
const TAIL = 1_048_576;

type Fields = object;

/** The last event of the life before. */
interface Last {
  readonly name: string | null;
  readonly clock: number;
}

export interface TraceFileOptions {
  readonly file: string;
  readonly incarnation: number;
  /** Of how many counters one is traced: whole counters, so that what is traced can be checked. */
  readonly sample: number;
  /** Nothing more is written. */
  readonly failed: (error: unknown) => void;
  /** Milliseconds. */
  readonly time?: () => number;
}

/** Milliseconds of the one clock that never goes back and that all processes of a machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * Appends to what earlier lives have written, with Lamport's logical clock: greater than that of all events that this
 * one can depend on. Lines leave in one write when they have to, which a kill -9 does not take back.
 */
export class TraceFile {
  readonly #descriptor: number;
  readonly #options: TraceFileOptions;
  readonly #after: string | null;
  readonly #time: () => number;
  #clock: number;
  #number = 0;
  #lines = '';
  #isOpen = true;

  constructor(options: TraceFileOptions) {
    this.#options = options;
    this.#time = options.time ?? monotonicMs;
    this.#descriptor = openSync(options.file, 'a+');
    const { name, clock } = cutTornLine(this.#descriptor);
    this.#after = name;
    this.#clock = clock;
  }

  get now(): number {
    return this.#clock;
  }

  /** What is noted from here on may depend on what happened at `clock` elsewhere. */
  hear(clock: number): void {
    if (clock > this.#clock) this.#clock = clock;
  }

  /** A life begins, or begins anew with other actors. */
  begin(actor: string, actors: readonly string[], store: string) {
    const head = `{"actor":${JSON.stringify(actor)},"incarnation":${this.#options.incarnation},"number":`;
    const tracer = {
      note: (counter: string | null, event: Fields) => this.#note(head, counter, event),
      flush: () => this.#flush(),
    };
    tracer.note(null, { event: 'started', actors, store, after: this.#after });
    tracer.flush();
    return {
      ...tracer,
      end: () => {
        tracer.note(null, { event: 'ended' });
        tracer.flush();
      },
    };
  }

  close(): void {
    this.#flush();
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }

  /** Put together by hand, which takes half the time. */
  #note(head: string, counter: string | null, event: Fields): void {
    if (counter !== null && !isSampled(counter, this.#options.sample)) return;
    this.#clock += 1;
    this.#number += 1;
    const about = counter === null ? '' : `"counter":${JSON.stringify(counter)},`;
    // Only for people and for measuring: no rule knows it, and lines leave later, several at once.
    const when = `"clock":${this.#clock},"time":${this.#time().toFixed(3)}`;
    this.#lines += `${head}${this.#number},${when},${about}${JSON.stringify(event).slice(1)}\n`;
    if (this.#lines.length > BUFFER) this.#flush();
  }

  #flush(): void {
    if (this.#lines === '' || !this.#isOpen) return;
    const bytes = Buffer.from(this.#lines);
    this.#lines = '';
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      this.#isOpen = false;
      closeSync(this.#descriptor);
      this.#options.failed(error);
    }
  }
}

/** Whatever an actor is, it traces the same counters as the others. */
function isSampled(counter: string, sample: number): boolean {
  if (sample <= 1) return true;
  let hash = 0;
  for (let i = 0; i < counter.length; i += 1) hash = (Math.imul(hash, 31) + counter.charCodeAt(i)) >>> 0;
  return hash % sample === 0;
}

/** Nobody has seen the effect of an event that was being written when the process was killed. */
function cutTornLine(descriptor: number): Last {
  const { size } = fstatSync(descriptor);
  const tail = Buffer.alloc(Math.min(size, TAIL));
  readSync(descriptor, tail, 0, tail.length, size - tail.length);
  const end = tail.lastIndexOf('\n') + 1;
  if (end < tail.length) ftruncateSync(descriptor, size - tail.length + end);
  if (end === 0) return { name: null, clock: 0 };
  const start = end < 2 ? 0 : tail.lastIndexOf('\n', end - 2) + 1;
  const last: unknown = JSON.parse(tail.toString('utf8', start, end));
  if (!isEvent(last)) throw new Error('the file to trace to holds something else');
  return { name: `${last.incarnation}.${last.number}`, clock: last.clock };
}

function isEvent(
  value: unknown,
): value is { readonly incarnation: number; readonly number: number; readonly clock: number } {
  return typeof value === 'object' && value !== null && 'incarnation' in value && 'clock' in value;
}
