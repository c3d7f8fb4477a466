/** What an actor does in one of its states, worked out once for each input: a step depends on nothing else. */
import type { CounterReply } from '../../src/counter/counter.ts';
import type { CounterState } from '../../src/counter/state.ts';
import type { Actor, Vote } from '../../src/paxos/ballot.ts';
import type { CounterMessage } from '../../src/runtime/ports.ts';
import { type ActorInput, SearchedActor, type World } from './actor.ts';
import type { Configuration } from './configuration.ts';
import { read, textOf, write } from './graph.ts';
import { Numbered } from './numbered.ts';
import type { Roles } from './shipped.ts';
import type { Accepted } from './witness.ts';

export interface Envelope {
  readonly from: Actor;
  readonly to: Actor;
  readonly message: CounterMessage;
}

/** A state of one actor, and what of it the world has to know. */
export interface Local {
  readonly text: string;
  readonly hasAlarm: boolean;
  readonly isFlushing: boolean;
  readonly isUnwritten: boolean;
  readonly alive: ReadonlySet<Actor>;
  /** What is durable here of what was answered 202. */
  readonly recorded: bigint;
  /** The marks here, in memory and durable, by the names of the votes. */
  readonly marks: readonly Vote<CounterState>[];
}

/** What a step comes to. */
export interface Outcome {
  readonly number: number;
  readonly local: number;
  readonly sent: readonly number[];
  readonly replies: readonly { readonly request: number; readonly reply: CounterReply }[];
  readonly proposed: readonly Vote<CounterState>[];
  readonly accepted: readonly Accepted[];
  readonly violation: string | null;
}

const NOBODY: World = { sent: () => undefined, replied: () => undefined, durable: () => undefined };

export class Steps {
  readonly locals = new Numbered<Local>();
  readonly envelopes = new Numbered<Envelope>();
  readonly #configuration: Configuration;
  readonly #roles: Roles;
  readonly #outcomes = new Map<string, Outcome>();

  constructor(configuration: Configuration, roles: Roles) {
    this.#configuration = configuration;
    this.#roles = roles;
  }

  /** The number of the state in which `self` begins. */
  first(self: Actor): number {
    return this.#intern(this.#fresh(self, NOBODY));
  }

  /** Of `self` in the state of number `before`; `key` is the same for equal inputs. */
  outcomeOf(self: Actor, before: number, input: ActorInput, key: string): Outcome {
    const name = `${self} ${before} ${key}`;
    const known = this.#outcomes.get(name);
    if (known !== undefined) return known;
    const outcome = this.#workOut(self, before, input);
    this.#outcomes.set(name, outcome);
    return outcome;
  }

  #workOut(self: Actor, before: number, input: ActorInput): Outcome {
    const { lost, setting } = this.#configuration;
    const sent = new Set<number>();
    const replies: { request: number; reply: CounterReply }[] = [];
    const proposed: Vote<CounterState>[] = [];
    const accepted: Accepted[] = [];
    const one = this.#fresh(self, {
      sent: (from, to, message) => {
        if (message.type === 'accept') proposed.push(message.vote);
        if (message.type === 'accepted') accepted.push({ actor: from, id: message });
        const isLost = lost.includes(message.type) || lost.includes(`${message.type} ${from}>${to}`);
        if ((to !== from || setting.isModel) && !isLost) sent.add(this.#post(from, to, message));
      },
      replied: (request, reply) => replies.push({ request, reply }),
      durable: (holder, { vote }) => {
        if (vote !== null) accepted.push({ actor: holder, id: vote });
      },
    });
    read(this.locals.at(before).text, one);
    let violation: string | null = null;
    try {
      one.take(input);
    } catch (error) {
      violation = error instanceof Error ? error.message : String(error);
    }
    const local = violation === null ? this.#intern(one) : before;
    return { number: this.#outcomes.size, local, sent: [...sent], replies, proposed, accepted, violation };
  }

  #post(from: Actor, to: Actor, message: CounterMessage): number {
    return this.envelopes.numberOf(`${from}${to}${textOf(message)}`, () => ({ from, to, message }));
  }

  #fresh(self: Actor, world: World): SearchedActor {
    const { actors, setting } = this.#configuration;
    return new SearchedActor(self, actors, this.#roles, setting, world);
  }

  #intern(one: SearchedActor): number {
    const text = write(one);
    return this.locals.numberOf(text, () => {
      const { sealed, open } = one.backlog ?? { sealed: null, open: null };
      return {
        text,
        hasAlarm: one.counter.alarm !== null,
        isFlushing: one.flush !== null,
        isUnwritten: one.unwritten !== 'nothing',
        alive: one.surroundings.alive,
        recorded: (sealed?.amount ?? 0n) | (open?.amount ?? 0n),
        marks: [one.counter.mark, one.register.mark].filter((mark) => mark !== null),
      };
    });
  }
}
