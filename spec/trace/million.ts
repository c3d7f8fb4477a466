/** How fast a trace is checked, and in how much memory: `node spec/trace/million.ts [EVENTS] [COUNTERS]`. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply, type Batch, type CounterState, zero } from '../../src/counter/state.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import { batchText, type TraceEvent, voteText } from '../../src/runtime/trace.ts';
import { check, describe } from './check.ts';
import { readTrace } from './read.ts';

const ACTORS: readonly Actor[] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const HOLDER = '10.0.0.1';
const BUFFER = 1_048_576;

interface Counter {
  readonly name: string;
  state: CounterState;
  slot: number;
}

/** Writes the trace of a cluster in which nothing goes wrong; one clock for all is a logical clock, too. */
class Generator {
  readonly files: readonly string[];
  events = 0;
  readonly #sinks: Map<Actor, { readonly descriptor: number; text: string; number: number }>;
  #sequence = 0;

  constructor(directory: string) {
    this.files = ACTORS.map((actor) => join(directory, `${actor}.ndjson`));
    this.#sinks = new Map(
      ACTORS.map((actor, i) => [
        actor,
        { descriptor: openSync(this.files[i] ?? '', 'w'), text: '', number: 0 },
      ]),
    );
    for (const actor of ACTORS)
      this.#note(actor, null, { event: 'started', actors: ACTORS, store: actor, after: null });
  }

  /** The first ballot. */
  create(name: string): Counter {
    const nothing = { promise: null, vote: null, mark: null };
    const ballot = `1.${HOLDER}`;
    for (const actor of ACTORS)
      this.#note(actor, name, { event: 'loaded', ...nothing, sealed: null, open: null });
    this.#note(HOLDER, name, { event: 'prepare', ballot });
    for (const actor of ACTORS) {
      this.#note(actor, name, { event: 'writing', promise: ballot, vote: null, mark: null });
      this.#note(actor, name, { event: 'flushed' });
      this.#note(actor, name, { event: 'promise', to: HOLDER, ballot, vote: null, mark: null });
    }
    this.#note(HOLDER, name, { event: 'elected', ballot, promised: ACTORS.slice(0, 2), base: null });
    return { name, state: zero, slot: 0 };
  }

  increment(counter: Counter, origin: Actor): void {
    const { name, slot } = counter;
    this.#sequence += 1;
    const batch: Batch = { origin, number: { incarnation: 1, sequence: this.#sequence }, amount: 7n };
    const [ballot, promise] = [{ round: 1, actor: HOLDER }, `1.${HOLDER}`];
    const mark = slot === 0 ? null : voteText({ ballot, slot, state: counter.state });
    counter.state = apply(counter.state, batch);
    counter.slot += 1;
    const total = counter.state.total.toString();
    const vote = voteText({ ballot, slot: counter.slot, state: counter.state });
    this.#note(origin, name, { event: 'sealed', batch: batchText(batch) });
    if (origin !== HOLDER)
      this.#note(origin, name, { event: 'submit', to: HOLDER, origin, batch: batchText(batch) });
    const base = mark === null ? null : mark.slice(0, mark.indexOf('#'));
    this.#note(HOLDER, name, {
      event: 'accept',
      vote,
      base,
      batches: [`${origin} ${batchText(batch)}`],
      total,
    });
    for (const actor of ACTORS) {
      this.#note(actor, name, { event: 'writing', promise, vote, mark });
      this.#note(actor, name, { event: 'flushed' });
      this.#note(actor, name, { event: 'accepted', to: HOLDER, vote });
    }
    this.#note(HOLDER, name, {
      event: 'counted',
      to: origin,
      batch: `1.${this.#sequence}`,
      total,
      slot: counter.slot,
    });
    this.#note(HOLDER, name, { event: 'chosen', vote, accepted: ACTORS.slice(0, 2) });
    for (const actor of ACTORS) this.#note(actor, name, { event: 'marked', vote });
    const answer = { batch: batchText(batch), value: total, slot: counter.slot };
    this.#note(origin, name, { event: 'answered', status: 200, ...answer });
  }

  end(): void {
    for (const [actor, sink] of this.#sinks) {
      this.#note(actor, null, { event: 'ended' });
      writeSync(sink.descriptor, sink.text);
      closeSync(sink.descriptor);
    }
  }

  #note(actor: Actor, counter: string | null, event: TraceEvent): void {
    const sink = this.#sinks.get(actor);
    if (sink === undefined) throw new RangeError(`there is no ${actor}`);
    this.events += 1;
    sink.number += 1;
    const head = { actor, incarnation: 1, number: sink.number, clock: this.events };
    sink.text += `${JSON.stringify(counter === null ? { ...head, ...event } : { ...head, counter, ...event })}\n`;
    if (sink.text.length < BUFFER) return;
    writeSync(sink.descriptor, sink.text);
    sink.text = '';
  }
}

const [wanted = 1_000_000, size = 1_000] = process.argv.slice(2).map(Number);
const directory = mkdtempSync(join(tmpdir(), 'quorate-million-'));
try {
  const generator = new Generator(directory);
  const counters = Array.from({ length: size }, (_, i) => generator.create(`counter-${i}`));
  for (let i = 0; generator.events < wanted; i += 1) {
    const [counter, origin] = [counters[(i * 7) % size], ACTORS[i % ACTORS.length]];
    if (counter !== undefined && origin !== undefined) generator.increment(counter, origin);
  }
  generator.end();
  const began = performance.now();
  const { violation, summary } = check(generator.files.map(readTrace), { killed: false });
  const seconds = (performance.now() - began) / 1_000;
  if (violation !== null) console.error(describe(violation));
  const megabytes = process.resourceUsage().maxRSS / 1_024;
  console.log(
    `${summary.events} events of ${size} counters in ${seconds.toFixed(1)} s, ` +
      `${Math.round(summary.events / seconds)} a second, ${Math.round(megabytes)} MB at the most`,
  );
  process.exitCode = violation === null ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true });
}
