/**
 * One actor of a search: the shipped roles of one counter, what is durable of them, and what waits for the flush. It does
 * what src/runtime/driver.ts and flushes.ts do for one counter, of which each input is a turn of its own.
 */
import type { CounterEffect, CounterInput, CounterReply } from '../../src/counter/counter.ts';
import type { Backlog } from '../../src/counter/origin.ts';
import { type Actor, compareBallots, compareVotes } from '../../src/paxos/ballot.ts';
import { majority } from '../../src/paxos/quorum.ts';
import type { CounterMessage, CounterRegister } from '../../src/runtime/ports.ts';
import { InvariantViolation } from '../history/operation.ts';
import type { Roles } from './shipped.ts';

export interface Setting {
  /** Who is left what has no live holder; null: nobody, it is proposed where it comes. */
  readonly candidate: Actor | null;
  /** Whether a majority is asked for a vote, and the others when it does not answer; else all are. */
  readonly isThrifty: boolean;
  readonly minority: 'accept' | 'refuse';
  /** Ticks. */
  readonly commitTimeout: number;
  readonly readTimeout: number;
  /**
   * As in Quorate.tla: the end of a turn is a step of its own, and so is what an actor hears from itself; a step and the
   * flush that its answer waits for are one.
   */
  readonly isModel: boolean;
}

export type ActorInput =
  | { readonly type: 'message'; readonly from: Actor; readonly message: CounterMessage }
  | { readonly type: 'increment'; readonly request: number; readonly amount: bigint }
  | { readonly type: 'read'; readonly request: number }
  /** The end of a turn, where it is a step of its own. */
  | { readonly type: 'turn' }
  /** The time passes until something is due. */
  | { readonly type: 'alarm' }
  /** The flush under way is done. */
  | { readonly type: 'flush' }
  /** A flush starts though nobody waits for it. */
  | { readonly type: 'leisure' }
  /** It stops, and starts again. Of a flush under way nobody hears whether it happened. */
  | { readonly type: 'crash'; readonly flushed: boolean }
  | { readonly type: 'suspect'; readonly actor: Actor }
  | { readonly type: 'trust'; readonly actor: Actor };

export interface World {
  sent(from: Actor, to: Actor, message: CounterMessage): void;
  replied(request: number, reply: CounterReply): void;
  /** The whole register is durable. */
  durable(actor: Actor, register: CounterRegister): void;
}

type Leaving = Exclude<CounterEffect, { type: 'persist' }>;

interface Flush {
  readonly register: CounterRegister | null;
  readonly backlog: { readonly records: Backlog | null } | null;
  readonly held: Leaving[];
}

/** What an actor of the model hears from itself in a step of its own. */
const APART: readonly CounterMessage['type'][] = ['submit', 'accept', 'accepted'];

/** Ticks; a constant, since no claim of the protocol depends on how long one waits. */
const PATIENCE = 20;

export class SearchedActor {
  register: CounterRegister = { promise: null, vote: null, mark: null };
  backlog: Backlog | null = null;
  unwritten: 'nothing' | 'later' | 'now' = 'nothing';
  registerIsUnwritten = false;
  recordsAreUnwritten = false;
  isNeeded = false;
  held: Leaving[] = [];
  flush: Flush | null = null;
  surroundings: ReturnType<typeof surroundingsOf>;
  counter: InstanceType<Roles['Counter']>;
  readonly roles: () => Roles;
  readonly world: () => World;
  readonly setting: () => Setting;

  /** The functions keep what is no state of this actor out of its text. */
  constructor(self: Actor, actors: readonly Actor[], roles: Roles, setting: Setting, world: World) {
    this.roles = () => roles;
    this.world = () => world;
    this.setting = () => setting;
    this.surroundings = surroundingsOf(self, actors, 1, setting);
    this.counter = this.#load();
  }

  take(input: ActorInput): void {
    const { surroundings } = this;
    switch (input.type) {
      case 'message':
      case 'increment':
      case 'turn':
        this.#turn([input]);
        break;
      case 'read':
        this.#turn([{ ...input, all: false, deadline: surroundings.now + this.setting().readTimeout }]);
        break;
      case 'alarm':
        surroundings.now = Math.max(this.counter.alarm ?? 0, surroundings.now + 1);
        this.#turn([{ type: 'tick' }]);
        break;
      case 'suspect':
      case 'trust':
        this.#review(input);
        break;
      case 'leisure':
        this.isNeeded = true;
        this.#start();
        break;
      case 'flush':
        this.#flushed();
        break;
      case 'crash':
        this.#crash(input.flushed);
        break;
    }
  }

  /** Driver.#livenessChanged */
  #review({ type, actor }: ActorInput & { type: 'suspect' | 'trust' }): void {
    const alive = new Set(this.surroundings.alive);
    if (type === 'trust') alive.add(actor);
    else alive.delete(actor);
    this.surroundings.alive = alive;
    this.#turn(this.counter.isBusy ? [{ type: 'liveness' }] : []);
  }

  /** Driver.#run: what an actor sends to itself is of the same turn. */
  #turn(inputs: CounterInput[]): void {
    let touched = inputs.length > 0;
    while (touched) {
      for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) this.#step(input, inputs);
      if (!this.setting().isModel) this.#step({ type: 'turn' }, inputs);
      touched = inputs.length > 0;
    }
    if (this.setting().isModel && this.unwritten !== 'nothing') this.isNeeded = true;
    this.#start();
    if (this.setting().isModel && this.flush !== null) this.#flushed();
  }

  #step(input: CounterInput, inbox: CounterInput[]): void {
    for (const effect of this.counter.step(input)) {
      if (effect.type === 'persist') this.#persist(effect.what, effect.when);
      else if (effect.leaves !== 'after the flush' || !this.#hold(effect)) this.#carryOut(effect, inbox);
    }
  }

  #persist(what: 'register' | 'records', when: 'now' | 'later'): void {
    if (what === 'register') this.registerIsUnwritten = true;
    else this.recordsAreUnwritten = true;
    if (when === 'now' || this.unwritten === 'nothing') this.unwritten = when;
    if (when === 'now') this.isNeeded = true;
  }

  #hold(effect: Leaving): boolean {
    if (this.unwritten === 'now') this.held.push(effect);
    else if (this.flush !== null) this.flush.held.push(effect);
    else return false;
    return true;
  }

  #carryOut(effect: Leaving, inbox: CounterInput[]): void {
    const { self } = this.surroundings;
    if (effect.type === 'reply') {
      this.world().replied(effect.request, effect.reply);
      return;
    }
    this.#heed(effect.message);
    this.world().sent(self, effect.to, effect.message);
    const isApart = this.setting().isModel && APART.includes(effect.message.type);
    if (effect.to === self && !isApart) inbox.push({ type: 'message', from: self, message: effect.message });
  }

  /** Persist before send: what an acceptor says of itself is in its store. */
  #heed(message: CounterMessage): void {
    const { promise, vote } = this.register;
    const isKept =
      message.type === 'promise'
        ? compareBallots(promise, message.ballot) >= 0 && compareVotes(vote, message.vote) >= 0
        : message.type === 'accepted'
          ? compareBallots(promise, message.ballot) >= 0 && compareVotes(vote, message) >= 0
          : message.type === 'answer'
            ? compareVotes(vote, message.vote) >= 0
            : true;
    if (!isKept) throw new InvariantViolation(`${message.type} leaves before what it says is durable`);
  }

  /** Flushes.start */
  #start(): void {
    if (this.flush !== null || !this.isNeeded) return;
    this.flush = {
      register: this.registerIsUnwritten ? this.counter.register : null,
      backlog: this.recordsAreUnwritten ? { records: this.counter.backlog } : null,
      held: this.held,
    };
    this.held = [];
    this.isNeeded = false;
    this.unwritten = 'nothing';
    this.registerIsUnwritten = false;
    this.recordsAreUnwritten = false;
  }

  #write({ register, backlog }: Flush): void {
    if (backlog !== null) this.backlog = backlog.records;
    if (register === null) return;
    if (compareVotes(register.mark, this.register.mark) < 0)
      throw new InvariantViolation('a durable mark goes down');
    this.register = register;
    this.world().durable(this.surroundings.self, register);
  }

  #flushed(): void {
    const { flush } = this;
    if (flush === null) throw new RangeError('there is no flush under way');
    this.flush = null;
    this.#write(flush);
    const inbox: CounterInput[] = [];
    for (const effect of flush.held) this.#carryOut(effect, inbox);
    this.#turn(inbox);
  }

  #crash(flushed: boolean): void {
    if (flushed && this.flush !== null) this.#write(this.flush);
    this.flush = null;
    this.held = [];
    this.isNeeded = false;
    this.unwritten = 'nothing';
    this.registerIsUnwritten = false;
    this.recordsAreUnwritten = false;
    const { self, actors, incarnation } = this.surroundings;
    this.surroundings = surroundingsOf(self, actors, incarnation + 1, this.setting());
    this.counter = this.#load();
    // It comes with 202 records: they are to be sent again.
    if (this.counter.isBusy) this.#turn([{ type: 'liveness' }]);
  }

  #load() {
    const { Counter } = this.roles();
    return new Counter(this.surroundings, this.register, this.backlog, () => this);
  }
}

function thrifty(self: Actor, actors: readonly Actor[]): Actor[] {
  const place = actors.indexOf(self);
  const all = [...actors.slice(place), ...actors.slice(0, place)];
  return all.slice(0, majority(actors.length));
}

function surroundingsOf(self: Actor, actors: readonly Actor[], incarnation: number, setting: Setting) {
  const surroundings = {
    self,
    actors,
    incarnation,
    now: 0,
    alive: new Set(actors),
    candidate: setting.candidate ?? self,
    quorum: setting.isThrifty ? thrifty(self, actors) : actors,
    late: () => undefined,
    unanswered: () => undefined,
    settled: () => undefined,
    patience: PATIENCE,
    hedge: PATIENCE,
    sequence: 0,
    random: () => 0,
    nextSequence: () => {
      surroundings.sequence += 1;
      return surroundings.sequence;
    },
    minority: setting.minority,
    commitTimeout: setting.commitTimeout,
  };
  return surroundings;
}
