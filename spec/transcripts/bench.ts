/** Some actors with one counter, on a bench: time, network and disks move by hand, and all that happens is written down. */
import { Counter, type CounterEffect, type CounterInput } from '../../src/counter/counter.ts';
import type { CounterShape } from '../../src/counter/machine.ts';
import type { Backlog } from '../../src/counter/origin.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import type { Message, Register } from '../../src/paxos/message.ts';
import { answerWords, backlogWords, counting } from '../counter/words.ts';
import { type World, worldOf } from '../paxos/notes.ts';
import { ballotWords, messageWords, voteWords } from '../paxos/words.ts';

export type Leaving = Exclude<CounterEffect, { type: 'persist' }>;

export interface InFlight {
  readonly from: Actor;
  readonly to: Actor;
  readonly message: Message<CounterShape>;
}

interface Life {
  readonly world: World;
  readonly counter: Counter;
  /** What leaves when all that was to be persisted before it is durable. */
  held: Leaving[];
  hasToFlush: boolean;
}

interface Host {
  readonly register: Register<CounterShape>;
  readonly backlog: Backlog | null;
  readonly incarnation: number;
  readonly life: Life | null;
}

export interface BenchOptions {
  readonly minority: 'accept' | 'refuse';
  readonly note: (line: string) => void;
  /** Hears of every message that leaves an actor, and of every answer. */
  readonly left?: (from: Actor, effect: Leaving) => void;
}

/** Ticks. */
const COMMIT_TIMEOUT = 100;
const READ_TIMEOUT = 300;

export class Bench {
  readonly actors: readonly Actor[];
  inFlight: InFlight[] = [];
  readonly #options: BenchOptions;
  readonly #hosts = new Map<Actor, Host>();
  readonly #cuts = new Set<string>();
  #requests = 0;

  constructor(actors: readonly Actor[], options: BenchOptions) {
    this.actors = actors;
    this.#options = options;
    const register = { promise: null, vote: null, mark: null };
    for (const actor of actors) {
      this.#hosts.set(actor, { register, backlog: null, incarnation: 0, life: null });
      this.restart(actor);
    }
  }

  isRunning(actor: Actor): boolean {
    return this.#host(actor).life !== null;
  }

  /** The number that the next increment or read has in its answer. */
  get nextRequest(): number {
    return this.#requests + 1;
  }

  /** Increments that arrive in one turn. */
  increment(actor: Actor, amounts: readonly bigint[]): void {
    const inputs = amounts.map((amount): CounterInput => {
      this.#requests += 1;
      return { type: 'increment', request: this.#requests, amount };
    });
    this.#run(actor, ...inputs);
  }

  read(actor: Actor, all: boolean): void {
    this.#requests += 1;
    const deadline = this.#life(actor).world.now + READ_TIMEOUT;
    this.#run(actor, { type: 'read', request: this.#requests, all, deadline });
  }

  flush(actor: Actor): void {
    const life = this.#life(actor);
    const { register, backlog } = life.counter;
    this.#hosts.set(actor, { ...this.#host(actor), register, backlog });
    life.hasToFlush = false;
    const inputs = life.held.splice(0).flatMap((effect) => this.#carryOut(actor, effect));
    this.#run(actor, ...inputs);
  }

  /** Takes messages out of the network; the receiver hears them, unless it is down. */
  deliver(messages: readonly InFlight[]): void {
    this.#remove(messages);
    for (const { from, to, message } of messages) {
      this.#options.note(`${to} <- ${from}: ${messageWords(message, counting)}`);
      if (this.isRunning(to)) this.#run(to, { type: 'message', from, message });
      else this.#options.note(`${to} is down`);
    }
  }

  drop(messages: readonly InFlight[]): void {
    this.#remove(messages);
    for (const message of messages) this.#options.note(`lost: ${wayOf(message)}`);
  }

  /** The copies are behind all that is under way. */
  duplicate(messages: readonly InFlight[]): void {
    this.inFlight.push(...messages.map((message) => ({ ...message })));
    for (const message of messages) this.#options.note(`doubled: ${wayOf(message)}`);
  }

  /** Lets time pass at all actors, tick by tick. */
  tick(ticks: number): void {
    for (let i = 0; i < ticks; i += 1) {
      for (const actor of this.actors) {
        const { life } = this.#host(actor);
        if (life === null) continue;
        life.world.now += 1;
        const { alarm } = life.counter;
        if (alarm !== null && alarm <= life.world.now) this.#run(actor, { type: 'tick' });
      }
    }
  }

  /** Both suspect each other, and what is under way between them is lost. */
  cut(a: Actor, b: Actor): void {
    this.#cuts.add([a, b].sort().join(' '));
    this.drop(this.inFlight.filter(({ from, to }) => this.#isCut(from, to)));
    this.#reviewLiveness();
  }

  mend(a: Actor, b: Actor): void {
    this.#cuts.delete([a, b].sort().join(' '));
    this.#reviewLiveness();
  }

  crash(actor: Actor): void {
    this.#hosts.set(actor, { ...this.#host(actor), life: null });
    this.#reviewLiveness();
  }

  /** A new life, from what was durable in the last one. */
  restart(actor: Actor): void {
    const { register, backlog, incarnation } = this.#host(actor);
    const world = Object.assign(worldOf(actor, ...this.actors), {
      incarnation: incarnation + 1,
      minority: this.#options.minority,
      commitTimeout: COMMIT_TIMEOUT,
    });
    const durable = () => this.#host(actor);
    const counter = new Counter(world, register, backlog, durable);
    const life = { world, counter, held: [], hasToFlush: false };
    this.#hosts.set(actor, { register, backlog, incarnation: world.incarnation, life });
    this.#reviewLiveness(actor);
  }

  show(actor: Actor): string {
    const { counter } = this.#life(actor);
    const { promise, vote, mark } = counter.register;
    const votes = [vote, mark].map((each) => voteWords(each, counting));
    const records = backlogWords(counter.backlog);
    const holder = counter.holder ?? 'unknown';
    return `${actor}: promise ${ballotWords(promise)}, vote ${votes[0]}, mark ${votes[1]}, holder ${holder}, records ${records}`;
  }

  #remove(messages: readonly InFlight[]): void {
    const gone = new Set(messages);
    this.inFlight = this.inFlight.filter((message) => !gone.has(message));
  }

  #run(actor: Actor, ...inputs: CounterInput[]): void {
    const { counter } = this.#life(actor);
    const inbox = [...inputs];
    for (;;) {
      const input = inbox.shift();
      const effects = counter.step(input ?? { type: 'turn' });
      for (const effect of effects) inbox.push(...this.#take(actor, effect));
      if (input === undefined && inbox.length === 0) return;
    }
  }

  /** Returns what the actor sends to itself. */
  #take(actor: Actor, effect: CounterEffect): CounterInput[] {
    const life = this.#life(actor);
    if (effect.type === 'persist') {
      this.#options.note(`${actor}: persist ${effect.what} ${effect.when}`);
      if (effect.when !== 'later') life.hasToFlush = true;
    } else if (effect.leaves === 'after the flush' && life.hasToFlush) {
      life.held.push(effect);
    } else return this.#carryOut(actor, effect);
    return [];
  }

  #carryOut(from: Actor, effect: Leaving): CounterInput[] {
    const { note, left } = this.#options;
    left?.(from, effect);
    if (effect.type === 'reply') {
      note(`${from}: reply ${effect.request}: ${answerWords(effect.reply)}`);
      return [];
    }
    const { to, message } = effect;
    const isLost = this.#isCut(from, to);
    note(`${isLost ? 'lost: ' : ''}${wayOf({ from, to, message })}`);
    if (to === from) return [{ type: 'message', from, message }];
    if (!isLost) this.inFlight.push({ from, to, message });
    return [];
  }

  /** Who can be heard: a link that is cut, or closed by a crash, is suspicion at once. */
  #reviewLiveness(restarted: Actor | null = null): void {
    for (const [actor, { life }] of this.#hosts) {
      if (life === null) continue;
      const alive = this.actors.filter(
        (other) => other === actor || (!this.#isCut(actor, other) && this.#hosts.get(other)?.life !== null),
      );
      const { world, counter } = life;
      const isSame = alive.length === world.alive.size && alive.every((other) => world.alive.has(other));
      world.alive = new Set(alive);
      if ((!isSame || actor === restarted) && counter.isBusy) this.#run(actor, { type: 'liveness' });
    }
  }

  #isCut(a: Actor, b: Actor): boolean {
    return this.#cuts.has([a, b].sort().join(' '));
  }

  #life(actor: Actor): Life {
    const { life } = this.#host(actor);
    if (life === null) throw new Error(`${actor} is down`);
    return life;
  }

  #host(actor: Actor): Host {
    const host = this.#hosts.get(actor);
    if (host === undefined) throw new RangeError(`there is no ${actor}`);
    return host;
  }
}

function wayOf({ from, to, message }: InFlight): string {
  return `${from} -> ${to}: ${messageWords(message, counting)}`;
}
