import type { CounterInput } from '../counter/counter.ts';
import type { CounterState } from '../counter/state.ts';
import { HOT_COUNTERS } from '../limits.ts';
import type { Actor, Vote } from '../paxos/ballot.ts';
import { Alarms } from './alarms.ts';
import { CatchUp } from './catch-up.ts';
import { Counters, type Entry } from './counters.ts';
import { Flushes, type FlushesOptions, type Leaving } from './flushes.ts';
import type { Membership, PeerMessage, Random, Schedule, Store, Transport } from './ports.ts';
import { Post } from './post.ts';
import { readable, UnreadableStore } from './readable.ts';
import { Repairs } from './repairs.ts';
import { type DriverReply, Requests, type ValueReply } from './requests.ts';
import { Revival } from './revival.ts';
import { ActorSurroundings } from './surroundings.ts';
import type { Tracing } from './tracing.ts';

export interface DriverOptions extends Pick<FlushesOptions, 'store' | 'delay' | 'flushGroup'> {
  readonly membership: Membership;
  readonly transport: Transport;
  readonly random: Random;
  readonly schedule: Schedule;
  readonly minority: 'accept' | 'refuse';
  /** Ticks. */
  readonly commitTimeout: number;
  /** Ticks. */
  readonly readTimeout: number;
  /** The store has failed: this actor stops voting, and serves nothing but what it knew. */
  readonly failed: (error: Error) => void;
  readonly hotCounters?: number;
  readonly tracing?: Tracing | undefined;
}

/**
 * The loop of one actor: inbox → step → persist → send → reply. All inputs that came up to now are one turn: their
 * messages leave in one frame per peer, their durable writes in one transaction.
 */
export class Driver {
  readonly #options: DriverOptions;
  readonly #surroundings: ActorSurroundings;
  readonly #store: Store;
  readonly #counters: Counters;
  readonly #flushes: Flushes;
  readonly #alarms = new Alarms<Entry>();
  readonly #catchUp: CatchUp;
  readonly #revival: Revival;
  readonly #repairs: Repairs;
  readonly #requests = new Requests();
  #inbox: { readonly entry: Entry; readonly input: CounterInput }[] = [];
  /** Entries with something in the inbox or something to do at the end of the turn. */
  #touched: Entry[] = [];
  readonly #post: Post;
  #isScheduled = false;
  #failure: Error | null = null;

  constructor(options: DriverOptions) {
    const { membership } = options;
    const store = readable(options.store);
    this.#options = options;
    this.#store = store;
    this.#post = new Post(options.transport);
    this.#surroundings = new ActorSurroundings({
      ...options,
      incarnation: store.incarnation,
      inCompany: () => this.#requests.areMany,
    });
    this.#counters = new Counters(store, this.#surroundings, options.hotCounters ?? HOT_COUNTERS);
    this.#flushes = new Flushes({
      ...options,
      store,
      release: (held) => {
        for (const one of held) 'run' in one ? one.run() : this.#carryOut(one.entry, one.effect);
        this.#run();
      },
      failed: (error) => this.#fail(error),
    });
    this.#catchUp = new CatchUp({
      membership,
      store,
      alive: this.#surroundings.alive,
      send: (to, message) => this.#post.put(to, message, false),
      remember: (changed, when) => this.#flushes.remember(changed, when),
      hurry: () => this.#flushes.hurryAll(),
      whenDurable: (run) => this.#flushes.after(() => this.#attempt(run)),
      notice: (from, counter, { ballot, slot }) =>
        this.#put(this.#counters.get(counter), {
          type: 'message',
          from,
          message: { type: 'chosen', ballot, slot },
        }),
      mark: (counter) => this.#counters.mark(counter),
      told: (change) => this.#flushes.tell(change),
    });
    this.#repairs = new Repairs(this.#counters, (counter, done) => this.read(counter, false, done));
    this.#revival = new Revival(store, this.#surroundings, (counter) => this.#load(counter));
  }

  get alive(): ReadonlySet<Actor> {
    return this.#surroundings.alive;
  }

  /** The identity of the store that `actor` has been known by; null if it is not known yet. */
  identityOf(actor: Actor): string | null {
    return this.#catchUp.identityOf(actor);
  }

  get countersInMemory(): number {
    return this.#counters.size;
  }

  increment(counter: string, amount: bigint, done: (reply: DriverReply) => void): void {
    this.#request(counter, done, (request) => ({ type: 'increment', request, amount }));
  }

  read(counter: string, all: boolean, done: (reply: DriverReply) => void): void {
    const deadline = this.#surroundings.now + this.#options.readTimeout;
    this.#request(counter, done, (request) => ({ type: 'read', request, all, deadline }));
  }

  /**
   * The last locally chosen value, from the mark that is durable, so that it never goes down. A mark that is not
   * durable yet is flushed and waited for: who got a 200 here sees it. A mark in doubt is repaired, for who asks next.
   */
  value(counter: string, done: (reply: ValueReply) => void): void {
    const tell = (vote: Vote<CounterState> | null) => {
      this.#options.tracing?.shown(counter, vote);
      done({ type: 'shown', vote });
    };
    const entry = this.#counters.peek(counter);
    if (entry === null) {
      const stored = this.#attempt(() => this.#counters.load(counter));
      if (stored !== null) {
        tell(stored.register.mark);
        this.#repairs.shown(counter);
      } else if (this.#failure !== null) done({ type: 'failed', error: this.#failure });
      return;
    }
    this.#repairs.shown(counter);
    const show = () => tell(entry.durable.register.mark);
    const isDurable = this.#failure !== null || entry.counter.mark === entry.durable.register.mark;
    if (!isDurable) this.#flushes.hurry(entry);
    if (isDurable || !this.#flushes.hold(entry, { run: show })) show();
    else this.#schedule();
  }

  receive(from: Actor, messages: readonly PeerMessage[]): void {
    if (this.#failure !== null) return;
    this.#attempt(() => {
      for (const message of messages) {
        if (message.type !== 'counter') this.#catchUp.receive(from, message);
        else this.#put(this.#load(message.counter), { type: 'message', from, message: message.message });
      }
    });
    this.#schedule();
  }

  /** The link to `actor` is up; `identity` is of its store. */
  linkUp(actor: Actor, identity: string): void {
    this.#options.tracing?.link('link up', actor);
    this.#surroundings.alive.add(actor);
    this.#catchUp.linkUp(actor, identity);
    this.#livenessChanged();
  }

  linkDown(actor: Actor): void {
    this.#options.tracing?.link('link down', actor);
    this.#surroundings.alive.delete(actor);
    this.#attempt(() => this.#catchUp.linkDown(actor));
    this.#livenessChanged();
  }

  /** To be called once per tick; the only clock there is. */
  tick(): void {
    if (this.#failure !== null) return;
    this.#surroundings.now += 1;
    for (const entry of this.#alarms.due(this.#surroundings.now)) this.#wake(entry);
    this.#attempt(() => {
      this.#revival.tick();
      this.#catchUp.tick();
    });
    this.#flushes.tick(this.#surroundings.now);
    this.#run();
    this.#post.send('all');
  }

  /** Makes durable what is not; `done` when it is, or when the store has failed. */
  settle(done: () => void): void {
    this.#flushes.hurryAll();
    this.#run();
    this.#post.send('all');
    this.#flushes.whenIdle(done);
  }

  #request(
    counter: string,
    done: (reply: DriverReply) => void,
    input: (request: number) => CounterInput,
  ): void {
    if (this.#failure !== null) {
      done({ type: 'failed', error: this.#failure });
      return;
    }
    if (this.#requests.isFull) {
      done({ type: 'overloaded' });
      return;
    }
    const request = this.#requests.add(done);
    this.#attempt(() => this.#put(this.#load(counter), input(request)));
    this.#schedule();
  }

  #load(counter: string): Entry {
    const hot = this.#counters.hot(counter);
    if (hot !== null) return hot;
    const entry = this.#counters.get(counter);
    // It comes with 202 records: they are to be sent again.
    if (entry.counter.isBusy) this.#put(entry, { type: 'liveness' });
    return entry;
  }

  #livenessChanged(): void {
    if (this.#failure !== null) return;
    for (const entry of this.#counters.busy()) this.#put(entry, { type: 'liveness' });
    this.#revival.livenessChanged();
    this.#schedule();
  }

  /** Mostly what it had its alarm for has happened meanwhile. */
  #wake(entry: Entry): void {
    const { alarm } = entry.counter;
    if (alarm === null) return;
    if (alarm > this.#surroundings.now) this.#alarms.set(entry, alarm);
    else this.#put(entry, { type: 'tick' });
  }

  #put(entry: Entry, input: CounterInput): void {
    this.#inbox.push({ entry, input });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.schedule(() => {
      this.#isScheduled = false;
      this.#run();
    });
  }

  /** One turn. */
  #run(): void {
    if (this.#failure !== null) return;
    while (this.#inbox.length > 0 || this.#touched.length > 0) {
      const inbox = this.#inbox;
      this.#inbox = [];
      for (const { entry, input } of inbox) {
        if (!entry.isTouched) this.#touched.push(entry);
        entry.isTouched = true;
        this.#step(entry, input);
      }
      if (this.#inbox.length > 0) continue;
      const touched = this.#touched;
      this.#touched = [];
      for (const entry of touched) {
        entry.isTouched = false;
        if (!entry.counter.isBusy) continue;
        this.#step(entry, { type: 'turn' });
        const { alarm } = entry.counter;
        if (alarm !== null) this.#alarms.set(entry, Math.max(alarm, this.#surroundings.now + 1));
      }
    }
    this.#options.tracing?.turn();
    this.#post.send('urgent');
    this.#counters.evict(this.#alarms, this.#flushes);
    this.#flushes.start();
    this.#requests.deliver();
  }

  #step(entry: Entry, input: CounterInput): void {
    const effects = entry.counter.step(input);
    this.#options.tracing?.stepped(entry);
    for (const effect of effects) {
      if (effect.type === 'persist') this.#flushes.persist(entry, effect.what, effect.when);
      else if (effect.leaves !== 'after the flush' || !this.#flushes.hold(entry, { entry, effect }))
        this.#carryOut(entry, effect);
    }
  }

  #carryOut(entry: Entry, effect: Leaving): void {
    this.#options.tracing?.left(entry, effect);
    if (effect.type === 'reply') {
      this.#requests.answer(effect.request, effect.reply);
    } else if (effect.to === this.#surroundings.self) {
      this.#put(entry, { type: 'message', from: effect.to, message: effect.message });
    } else {
      const message: PeerMessage = { type: 'counter', counter: entry.name, message: effect.message };
      this.#post.put(effect.to, message, effect.leaves === 'at leisure');
    }
  }

  /** Null if the store could not be read: then it has failed, as if it could not be written. */
  #attempt<T>(act: () => T): T | null {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof UnreadableStore)) throw error;
      this.#fail(error);
      return null;
    }
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#inbox = [];
    this.#post.clear();
    this.#requests.interrupt(error);
    this.#flushes.abandon();
    this.#options.failed(error);
  }
}
