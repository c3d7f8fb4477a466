/** Steps Replay.tla by the events of one counter of a trace: whether an event may come next, and what is the state then. */

import { explore_init, explore_next } from 'tla-checker';
import type { CounterState } from '../../src/counter/state.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import { digest } from '../../src/runtime/trace.ts';
import { originsOf } from '../counter/origins.ts';
import type { CounterLine } from '../trace/line.ts';
import { load, readModule } from './check.ts';
import { Events } from './events.ts';

/** A state, and what is known to come next: forged traces have much in common with the honest one. */
export interface Moment {
  readonly state: string;
  readonly next: Map<string, Moment | null>;
}

/** As tla-checker writes a state as JSON. */
interface State {
  readonly sent: { readonly accept: readonly Proposal[] };
}

interface Proposal {
  readonly digest: string;
  readonly state: {
    readonly total: number;
    readonly origins: Tuple<{ readonly number: Tuple<number>; readonly total: number }>;
  };
}

interface Tuple<T> {
  readonly __tuple: readonly T[];
}

interface Answer {
  readonly ok: boolean;
  readonly error?: string;
  readonly states?: readonly { readonly json: State }[];
  readonly transitions?: readonly { readonly state: { readonly json: State } }[];
}

/** Where Quorate.tla has sequences of increments. */
const NUMBERS = [
  ['Nothing == <<>>', 'Nothing == 0'],
  ['Plus(total, amount) == total \\o amount', 'Plus(total, amount) == total + amount'],
] as const;

/** Without comments, since tla-checker parses it for each event. */
export function readReplay(): string {
  const module = NUMBERS.reduce((text, [old, by]) => text.replace(old, () => by), readModule('Replay'));
  return module.replaceAll(/\(\*.*\*\)|\\\*.*$/gm, '').replaceAll(/^\s*\n/gm, '');
}

export class Replay {
  readonly #module: string;
  readonly #events: Events;
  readonly start: Moment;
  /** How many events tla-checker was asked about. */
  asked = 0;

  constructor(actors: readonly Actor[], module = readReplay()) {
    load();
    this.#module = module;
    this.#events = new Events(actors);
    const { states } = read(explore_init(module, this.#config('[name |-> "none"]'), '{}'));
    this.start = momentOf(states?.[0]?.json);
  }

  /** Null: no action allows the event. */
  step({ state, next }: Moment, line: CounterLine): Moment | null {
    const event = this.#events.valueOf(line);
    const known = next.has(event) ? (next.get(event) ?? null) : this.#stepped(state, event);
    next.set(event, known);
    return known;
  }

  #stepped(state: string, event: string): Moment | null {
    this.asked += 1;
    const { transitions } = read(explore_next(this.#module, this.#config(event), '{}', state));
    const next = transitions?.[0]?.state.json;
    return next === undefined || !this.#areDigests(next) ? null : momentOf(next);
  }

  #config(event: string): string {
    const actors = `{${this.#events.actors.map((_, i) => i + 1).join(', ')}}`;
    return `INIT Init\nNEXT Next\nCONSTANTS\n  Actors = ${actors}\n  Origins = ${actors}\n  Event = ${event}\n`;
  }

  /** TLA+ does not hash: whether the state that it has worked out is the one that was named. */
  #areDigests({ sent }: State): boolean {
    return sent.accept.every((proposal) => digest(this.#stateOf(proposal)) === proposal.digest);
  }

  #stateOf({ state }: Proposal): CounterState {
    const counted = state.origins.__tuple.flatMap(({ number, total }, place) => {
      const [incarnation = 0, sequence = 0] = number.__tuple;
      const actor = this.#events.actors[place];
      if (incarnation === 0 || actor === undefined) return [];
      return [[actor, { number: { incarnation, sequence }, total: BigInt(total) }] as const];
    });
    return { total: BigInt(state.total), origins: originsOf(counted) };
  }
}

function momentOf(state: State | undefined): Moment {
  return { state: JSON.stringify(state), next: new Map() };
}

function read(json: string): Answer {
  const answer: Answer = JSON.parse(json);
  if (!answer.ok) throw new Error(`tla-checker: ${answer.error}`);
  return answer;
}
