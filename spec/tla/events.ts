/** Events of a trace as values of TLA+, which Replay.tla looks at. Actors are numbers, in the order that ballots have. */
import type { Actor } from '../../src/paxos/ballot.ts';
import type { CounterEvent } from '../../src/runtime/trace.ts';
import type { CounterLine } from '../trace/line.ts';
import { amountOf, ballotOf, numberOf, partOf, votedOf } from '../trace/names.ts';

/** As TLA+ writes it. */
export type Value = string;
type Fields = Readonly<Record<string, Value>>;
type LineOf<E extends CounterEvent['event']> = Extract<CounterLine, { readonly event: E }>;

export class Events {
  readonly actors: readonly Actor[];

  constructor(actors: readonly Actor[]) {
    this.actors = [...actors].sort();
  }

  valueOf(line: CounterLine): Value {
    const { event, incarnation } = line;
    const told: (line: never) => Fields = this.#told[event];
    return record({
      name: text(event),
      actor: this.#actor(line.actor),
      incarnation: natural(incarnation),
      ...told(line as never),
    });
  }

  readonly #told: { readonly [E in CounterEvent['event']]: (line: LineOf<E>) => Fields } = {
    loaded: (line) => this.#written(line),
    writing: (line) => this.#written(line),
    flushed: () => ({}),
    prepare: ({ ballot }) => ({ ballot: this.#ballot(ballot) }),
    promise: ({ to, ballot, vote, mark }) => ({
      to: this.#actor(to),
      ballot: this.#ballot(ballot),
      vote: this.#vote(vote),
      mark: this.#vote(mark),
    }),
    nack: ({ ballot, promised }) => ({ ballot: this.#ballot(ballot), promised: this.#ballot(promised) }),
    elected: ({ ballot, promised, base }) => ({
      ballot: this.#ballot(ballot),
      actors: this.#actors(promised),
      base: this.#vote(base),
    }),
    accept: ({ vote, base, batches, total }) => ({
      vote: this.#vote(vote),
      base: this.#vote(base),
      batches: tuple(batches.map((batch) => this.#sent(batch))),
      total: amount(amountOf(total)),
    }),
    accepted: ({ to, vote }) => ({ to: this.#actor(to), vote: this.#vote(vote) }),
    chosen: ({ vote, accepted }) => ({ vote: this.#vote(vote), actors: this.#actors(accepted) }),
    marked: ({ vote }) => ({ vote: this.#vote(vote) }),
    learn: ({ vote }) => ({ vote: this.#vote(vote) }),
    carried: ({ vote }) => ({ vote: this.#vote(vote) }),
    sealed: ({ actor, batch }) => ({ batch: this.#batch(actor, batch) }),
    submit: ({ origin, batch }) => ({ batch: this.#batch(origin, batch) }),
    counted: ({ to, batch, total }) => ({
      to: this.#actor(to),
      number: number(batch),
      total: amount(amountOf(total)),
    }),
    answered: ({ actor, status, batch, value = '0', slot = 0 }) => ({
      status: natural(status),
      batch: this.#batch(actor, batch),
      value: amount(amountOf(value)),
      slot: natural(slot),
    }),
    'read begun': ({ round, reads }) => ({ round: text(round), reads: natural(reads) }),
    'read answered': ({ vote, mark, watermark }) => ({
      vote: this.#vote(vote),
      mark: this.#vote(mark),
      number: number(watermark),
    }),
    'read finished': ({ status, round, vote, total, unheard }) => ({
      status: natural(status),
      round: text(round ?? ''),
      vote: this.#vote(vote),
      total: amount(amountOf(total)),
      actors: this.#actors(unheard),
    }),
    shown: ({ vote, total }) => ({ vote: this.#vote(vote), total: amount(amountOf(total)) }),
  };

  /** Of what is not written, only the name is missing. */
  #written(line: LineOf<'loaded' | 'writing'>): Fields {
    const { actor, promise = null, vote = null, mark = null, sealed = null, open = null } = line;
    const names = ['promise', 'vote', 'mark', 'sealed', 'open'] as const;
    return {
      written: set(names.filter((name) => line[name] !== undefined).map(text)),
      disk: record({
        promise: this.#ballot(promise),
        vote: this.#vote(vote),
        mark: this.#vote(mark),
        sealed: this.#batch(actor, sealed),
        open: this.#batch(actor, open),
      }),
    };
  }

  /** 0 is nobody. */
  #actor(actor: Actor): Value {
    return natural(this.actors.indexOf(actor) + 1);
  }

  #actors(actors: readonly Actor[]): Value {
    return set(actors.map((actor) => this.#actor(actor)));
  }

  #ballot(ballot: string | null): Value {
    const { round, actor } = ballot === null ? { round: 0, actor: '' } : ballotOf(ballot);
    return record({ round: natural(round), actor: this.#actor(actor) });
  }

  #vote(vote: string | null): Value {
    const { slot, digest } = vote === null ? { slot: 0, digest: null } : votedOf(vote);
    const ballot = this.#ballot(vote?.slice(0, vote.lastIndexOf('/')) ?? null);
    return record({ ballot, slot: natural(slot), digest: text(digest ?? '') });
  }

  #batch(origin: Actor, batch: string | null): Value {
    if (batch === null) return record({ origin: '0', number: number(null), amount: '0' });
    const [name = ''] = batch.split('+');
    return record({
      origin: this.#actor(origin),
      number: number(name),
      amount: amount(partOf(batch).amount),
    });
  }

  /** With its origin before it. */
  #sent(batch: string): Value {
    const space = batch.indexOf(' ');
    return this.#batch(batch.slice(0, space), batch.slice(space + 1));
  }
}

function number(name: string | null): Value {
  const { incarnation, sequence } = name === null ? { incarnation: 0, sequence: 0 } : numberOf(name);
  return tuple([natural(incarnation), natural(sequence)]);
}

/** tla-checker counts in 64 bits and writes numbers as JSON: exact up to 2^53. */
function amount(value: bigint): Value {
  return natural(Number(value));
}

function natural(value: number): Value {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is too large for a replay`);
  return String(value);
}

function text(value: string): Value {
  return JSON.stringify(value);
}

function tuple(values: readonly Value[]): Value {
  return `<<${values.join(', ')}>>`;
}

function set(values: readonly Value[]): Value {
  return `{${values.join(', ')}}`;
}

function record(fields: Fields): Value {
  const pairs = Object.entries(fields).map(([name, value]) => `${name} |-> ${value}`);
  return `[${pairs.join(', ')}]`;
}
