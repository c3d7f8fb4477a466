import { TICK_MS, ticks } from '../../src/limits.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import { Driver } from '../../src/runtime/driver.ts';
import type { Membership, PeerMessage } from '../../src/runtime/ports.ts';
import type { DriverReply } from '../../src/runtime/requests.ts';
import { MemoryDisk, MemoryStore } from '../../src/store/memory-store.ts';
import { InvariantViolation, type Operation } from '../history/operation.ts';
import type { SeededRandom } from '../history/random.ts';
import type { Agenda } from './agenda.ts';
import type { History } from './history.ts';

/** How hostile the world of one run is. Probabilities, and milliseconds. */
export interface Climate {
  loss: number;
  duplication: number;
  /** Of a message; each draws its own, so that they overtake each other. */
  readonly delay: number;
  readonly flush: number;
  readonly minority: 'accept' | 'refuse';
  readonly hotCounters: number;
}

interface Life {
  readonly driver: Driver;
  readonly store: MemoryStore;
  readonly operations: Set<Operation>;
}

interface Host {
  readonly actor: Actor;
  readonly disk: MemoryDisk;
  life: Life | null;
  /** The counters of the flush under way. */
  writing: readonly string[];
  isPaused: boolean;
  /** What would have happened while it was paused. */
  stalled: (() => void)[];
}

/** Ticks that stand for the commit timeout and the read timeout of production. */
const COMMIT_TIMEOUT = ticks(1_000);
const READ_TIMEOUT = ticks(3_000);

/** A whole cluster in one process, from the driver and the roles of production, in a world that a seed decides. */
export class Cluster {
  readonly actors: readonly Actor[];
  readonly #hosts = new Map<Actor, Host>();
  readonly #agenda: Agenda;
  readonly #random: SeededRandom;
  readonly #history: History;
  readonly #climate: Climate;
  /** Directions in which nothing arrives: `from>to`. */
  readonly #cuts = new Set<string>();
  /** Pairs whose link is up, both ways round: `a>b`. */
  readonly #links = new Set<string>();

  constructor(size: number, agenda: Agenda, random: SeededRandom, history: History, climate: Climate) {
    this.actors = Array.from({ length: size }, (_, i) => `actor-${i + 1}`);
    this.#agenda = agenda;
    this.#random = random;
    this.#history = history;
    this.#climate = climate;
    for (const actor of this.actors) {
      const disk = new MemoryDisk(`disk of ${actor}`);
      const membership: Membership = { actors: this.actors, self: actor, peers: {} };
      disk.membership = membership;
      this.#hosts.set(actor, { actor, disk, life: null, writing: [], isPaused: false, stalled: [] });
    }
    for (const actor of this.actors) this.start(actor);
    this.#clock();
  }

  isRunning(actor: Actor): boolean {
    return this.#host(actor).life !== null;
  }

  isPaused(actor: Actor): boolean {
    return this.#host(actor).isPaused;
  }

  start(actor: Actor): void {
    const host = this.#host(actor);
    if (host.life !== null) return;
    const current = () => (host.life?.store === store ? host.life : null);
    const store: MemoryStore = new MemoryStore(host.disk, {
      complete: (finish) => this.#flush(actor, current, finish),
    });
    const write = store.write.bind(store);
    store.write = (records, done) => {
      host.writing = records.counters.map(({ counter }) => counter);
      write(records, done);
    };
    const { membership } = store;
    if (membership === null) throw new Error('the disk has no membership');
    const driver = new Driver({
      membership,
      store,
      transport: { send: (to, messages) => this.#send(actor, to, messages) },
      random: this.#random.next,
      schedule: (run) => this.#agenda.after(0, () => this.#on(actor, current(), run)),
      minority: this.#climate.minority,
      commitTimeout: COMMIT_TIMEOUT,
      readTimeout: READ_TIMEOUT,
      failed: (error) => {
        throw error;
      },
      hotCounters: this.#climate.hotCounters,
    });
    host.life = { driver, store, operations: new Set() };
    for (const other of this.actors) this.#reviewLink(actor, other);
  }

  /** All that was not flushed is gone; a flush under way has happened, or not. */
  crash(actor: Actor): void {
    const host = this.#host(actor);
    if (host.life === null) return;
    for (const operation of host.life.operations) this.#end(operation, 'lost');
    host.life.store.kill();
    host.life = null;
    host.isPaused = false;
    host.stalled = [];
    for (const other of this.actors) this.#unlink(actor, other);
  }

  pause(actor: Actor): void {
    this.#host(actor).isPaused = true;
    for (const other of this.actors) this.#reviewLink(actor, other);
  }

  resume(actor: Actor): void {
    const host = this.#host(actor);
    if (!host.isPaused) return;
    host.isPaused = false;
    for (const run of host.stalled.splice(0)) run();
    for (const other of this.actors) this.#reviewLink(actor, other);
  }

  cut(from: Actor, to: Actor): void {
    this.#cuts.add(`${from}>${to}`);
    this.#reviewLink(from, to);
  }

  mend(from: Actor, to: Actor): void {
    this.#cuts.delete(`${from}>${to}`);
    this.#reviewLink(from, to);
  }

  /** All faults stop. */
  heal(): void {
    this.#climate.loss = 0;
    this.#climate.duplication = 0;
    this.#cuts.clear();
    for (const actor of this.actors) {
      this.resume(actor);
      this.start(actor);
    }
    for (const a of this.actors) for (const b of this.actors) this.#reviewLink(a, b);
  }

  increment(actor: Actor, counter: string): void {
    const amount = this.#history.nextAmount();
    const operation = this.#begin('increment', actor, counter, amount);
    this.#life(actor)?.driver.increment(counter, amount, (reply) => this.#told(operation, reply));
  }

  read(actor: Actor, counter: string): void {
    const operation = this.#begin('read', actor, counter, 0n);
    this.#life(actor)?.driver.read(counter, false, (reply) => this.#told(operation, reply));
  }

  value(actor: Actor, counter: string): void {
    const operation = this.#begin('value', actor, counter, 0n);
    this.#life(actor)?.driver.value(counter, (reply) => {
      if (reply.type === 'failed') throw reply.error;
      operation.value = reply.vote?.state.total ?? 0n;
      this.#end(operation, 'read');
    });
  }

  #begin(kind: Operation['kind'], actor: Actor, counter: string, amount: bigint): Operation {
    const operation = this.#history.begin(kind, actor, counter, amount, this.#agenda.now);
    const life = this.#life(actor);
    if (life === null) this.#end(operation, 'refused');
    else life.operations.add(operation);
    return operation;
  }

  #told(operation: Operation, reply: DriverReply): void {
    switch (reply.type) {
      case 'counted':
        operation.value = reply.value;
        this.#end(operation, 'counted');
        break;
      case 'read':
        operation.value = reply.vote?.state.total ?? 0n;
        operation.unheard = reply.unheard;
        this.#end(operation, 'read');
        break;
      case 'recorded':
      case 'unknown':
      case 'refused':
        this.#end(operation, reply.type);
        break;
      case 'no majority':
      case 'overloaded':
        this.#end(operation, 'refused');
        break;
      case 'failed':
      case 'interrupted':
        throw new InvariantViolation(`the store of ${operation.actor} failed`, { cause: reply.error });
    }
  }

  #end(operation: Operation, outcome: Operation['outcome']): void {
    if (operation.outcome !== 'pending') throw new InvariantViolation(`${operation.kind} was answered twice`);
    operation.outcome = outcome;
    operation.end = this.#agenda.now;
    this.#life(operation.actor)?.operations.delete(operation);
  }

  #send(from: Actor, to: Actor, messages: readonly PeerMessage[]): void {
    for (const message of messages) {
      this.#history.sent(from, message);
      if (!this.#links.has(`${from}>${to}`)) continue;
      const copies = this.#random.chance(this.#climate.duplication) ? 2 : 1;
      for (let i = 0; i < copies; i += 1) {
        if (this.#random.chance(this.#climate.loss)) continue;
        this.#agenda.after(this.#random.next() * this.#climate.delay, () => this.#deliver(from, to, message));
      }
    }
  }

  /** To whatever life the receiver is in by now. */
  #deliver(from: Actor, to: Actor, message: PeerMessage): void {
    if (this.#cuts.has(`${from}>${to}`)) return;
    this.#on(to, this.#life(to), ({ driver }) => driver.receive(from, [message]));
  }

  #flush(actor: Actor, life: () => Life | null, finishWrite: () => void): void {
    const { disk, writing } = this.#host(actor);
    const finish = () => {
      finishWrite();
      for (const counter of writing) {
        const vote = disk.counters.get(counter)?.register.vote;
        if (vote) this.#history.accepted(actor, counter, vote);
      }
    };
    this.#agenda.after(this.#random.next() * this.#climate.flush, () => {
      const current = life();
      // Of a flush under way at a crash nobody hears whether it happened.
      if (current !== null) this.#on(actor, current, finish);
      else if (this.#random.chance(0.5)) finish();
    });
  }

  /** Has `life` of `actor` do something: now, after its pause, or never if that life is over. */
  #on(actor: Actor, life: Life | null, run: (life: Life) => void): void {
    const host = this.#host(actor);
    if (life === null || host.life !== life) return;
    if (host.isPaused) host.stalled.push(() => this.#on(actor, life, run));
    else run(life);
  }

  #reviewLink(a: Actor, b: Actor): void {
    if (a === b) return;
    const isUp = this.#links.has(`${a}>${b}`);
    if (isUp === this.#canTalk(a, b)) return;
    this.#agenda.after(this.#random.between(1, isUp ? 600 : 200), () => {
      if (this.#links.has(`${a}>${b}`) !== isUp || this.#canTalk(a, b) === isUp) return;
      if (isUp) this.#unlink(a, b);
      else this.#link(a, b);
    });
  }

  #link(a: Actor, b: Actor): void {
    for (const [self, other] of [
      [a, b],
      [b, a],
    ] as const) {
      this.#links.add(`${self}>${other}`);
      this.#on(self, this.#life(self), ({ driver }) => driver.linkUp(other, this.#host(other).disk.identity));
    }
  }

  #unlink(a: Actor, b: Actor): void {
    if (!this.#links.has(`${a}>${b}`)) return;
    for (const [self, other] of [
      [a, b],
      [b, a],
    ] as const) {
      this.#links.delete(`${self}>${other}`);
      this.#on(self, this.#life(self), ({ driver }) => driver.linkDown(other));
    }
  }

  #canTalk(a: Actor, b: Actor): boolean {
    const isAwake = (actor: Actor) => this.isRunning(actor) && !this.isPaused(actor);
    return isAwake(a) && isAwake(b) && !this.#cuts.has(`${a}>${b}`) && !this.#cuts.has(`${b}>${a}`);
  }

  #clock(): void {
    this.#agenda.after(TICK_MS, () => {
      for (const { life, isPaused } of this.#hosts.values()) if (!isPaused) life?.driver.tick();
      this.#clock();
    });
  }

  #life(actor: Actor): Life | null {
    return this.#host(actor).life;
  }

  #host(actor: Actor): Host {
    const host = this.#hosts.get(actor);
    if (host === undefined) throw new RangeError(`there is no ${actor}`);
    return host;
  }
}
