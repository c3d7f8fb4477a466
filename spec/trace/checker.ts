import type { Actor } from '../../src/paxos/ballot.ts';
import type { CounterEvent } from '../../src/runtime/trace.ts';
import type { Accounts } from './accounts/account.ts';
import { originAccounts } from './accounts/origin.ts';
import { readerAccounts, tellsAll } from './accounts/reader.ts';
import { replicaAccounts } from './accounts/replica.ts';
import type { CounterLine, Line, Placed } from './line.ts';
import { Lives } from './lives.ts';
import { Contradiction, demand, Refusal } from './refusal.ts';
import { acceptorRules } from './rules/acceptor.ts';
import { diskRules, wordsOf } from './rules/disk.ts';
import { originRules } from './rules/origin.ts';
import { proposerRules } from './rules/proposer.ts';
import { readerRules } from './rules/reader.ts';
import type { Rules } from './rules/rule.ts';
import { CounterSpec, type Site } from './state.ts';

const RULES: Rules<CounterEvent['event']> = {
  ...diskRules,
  ...acceptorRules,
  ...proposerRules,
  ...originRules,
  ...readerRules,
};

const ACCOUNTS: readonly Accounts[] = [replicaAccounts, originAccounts, readerAccounts];

/** Of each actor, in what is told of a violation. */
const LAST_EVENTS = 6;

export interface Violation {
  readonly guard: string;
  readonly detail: string;
  /** Null at the end of the trace. */
  readonly event: Placed | null;
  /** What the specification knew, line by line. */
  readonly state: readonly string[];
  /** The last events of that counter, the refused one included. */
  readonly last: readonly string[];
}

export interface Summary {
  readonly events: number;
  readonly counters: number;
  readonly chosen: number;
  /** Lives without an end. */
  readonly crashes: number;
}

interface Traced {
  readonly spec: CounterSpec;
  readonly last: Map<Actor, string[]>;
}

/** Replays a merged trace, counter by counter, until there is an event that no action allows. */
export class Checker {
  readonly #counters = new Map<string, Traced>();
  readonly #lives = new Lives();
  readonly #heard: (line: Line) => void;
  #events = 0;
  #chosen = 0;

  /** `heard` hears of each event that is allowed. */
  constructor(heard: (line: Line) => void = () => {}) {
    this.#heard = heard;
  }

  get summary(): Summary {
    const { crashes } = this.#lives;
    return { events: this.#events, counters: this.#counters.size, chosen: this.#chosen, crashes };
  }

  /** To be merged with those of the other actors, and then stepped through. */
  follow(trace: Iterable<Placed>): Iterator<Placed> {
    return this.#lives.follow(trace);
  }

  /** Null if the event is allowed. */
  step(placed: Placed): Violation | null {
    const { line, refusal } = placed;
    this.#events += 1;
    let traced: Traced | null = null;
    try {
      if (refusal !== undefined) throw refusal;
      if (line === null) throw new Refusal('well formed', 'it is no event');
      if (isAboutCounter(line)) {
        traced = this.#traced(line.counter, line.actor);
        remember(traced, line.actor, placed.text);
        this.#apply(traced.spec, line);
      }
      this.#heard(line);
      return null;
    } catch (error) {
      return violation(error, placed, traced);
    }
  }

  end(mayBeCut: boolean): Violation | null {
    try {
      this.#lives.end(mayBeCut);
      return null;
    } catch (error) {
      return violation(error, null, null);
    }
  }

  #traced(counter: string, actor: Actor): Traced {
    const known = this.#counters.get(counter);
    const actors = this.#lives.actorsOf(actor);
    if (known !== undefined) return known;
    const traced = { spec: new CounterSpec(actors), last: new Map() };
    this.#counters.set(counter, traced);
    return traced;
  }

  #apply(spec: CounterSpec, line: CounterLine): void {
    const site = spec.site(line.actor);
    if (site.life !== line.incarnation) revive(site, line);
    tellsAll(site.account, line);
    const { chosen } = spec;
    applyRule(spec, site, line);
    if (spec.chosen !== chosen) this.#chosen += 1;
  }
}

function applyRule<E extends CounterEvent['event']>(
  spec: CounterSpec,
  site: Site,
  line: Extract<CounterLine, { readonly event: E }>,
): void {
  const rules: Rules<E> = RULES;
  rules[line.event as E](spec, site, line);
  for (const accounts of ACCOUNTS) {
    const told: Partial<Rules<E>> = accounts;
    told[line.event as E]?.(spec, site, line);
  }
}

/** In a new life, only what is durable is left. */
function revive(site: Site, { event, incarnation }: CounterLine): void {
  demand(
    event === 'loaded',
    'a counter is read from disk first',
    () => `this is its first event in life ${incarnation}`,
  );
  site.life = incarnation;
  site.maybe = site.pending ?? site.maybe;
  site.pending = null;
  site.rounds.clear();
  site.account.telling = null;
}

function isAboutCounter(line: Line): line is CounterLine {
  return line.counter !== undefined;
}

function remember({ last }: Traced, actor: Actor, text: string): void {
  const events = last.get(actor) ?? [];
  events.push(text);
  if (events.length > LAST_EVENTS) events.shift();
  last.set(actor, events);
}

function violation(error: unknown, event: Placed | null, traced: Traced | null): Violation {
  if (!(error instanceof Refusal)) throw error;
  const { guard, message: detail } = error;
  const last = traced === null ? [] : [...traced.last.values()].flat();
  const state = traced === null ? [] : stateWords(traced.spec);
  if (event !== null && error instanceof Contradiction)
    return { guard, detail, event: { ...event, refusal: error }, state, last };
  return { guard, detail, event, state, last };
}

function stateWords({ chosen, sites }: CounterSpec): string[] {
  const ballot = ({ holding }: Site) =>
    holding === null ? 'none' : `${holding.ballot.round}${holding.isElected ? ', elected' : ''}`;
  return [
    `highest chosen: ${chosen === null ? 'none' : `${chosen.name}#${chosen.digest} = ${chosen.state?.total ?? '?'}`}`,
    ...[...sites.values()].map(
      (site) =>
        `${site.actor} in life ${site.life}: ${wordsOf(site.disk)}${site.pending === null ? '' : ` (being written: ${wordsOf(site.pending)})`}; ` +
        `its own ballot: ${ballot(site)}; accepted: ${site.accepted?.name ?? 'none'}; marked: ${site.mark?.name ?? 'none'}`,
    ),
  ];
}
