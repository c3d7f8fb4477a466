/** One actor as its clients see it: unconfigured at first, then a driver over the store and the links. */
import type { ListenAddress, Settings } from './config.ts';
import type { CounterState } from './counter/state.ts';
import { identify } from './identity.ts';
import { FLUSH_GROUP, FLUSH_GROUP_MS, ticks } from './limits.ts';
import { explain } from './observe/explain.ts';
import type { Log } from './observe/log.ts';
import type { TraceFile } from './observe/trace.ts';
import type { Actor, Vote } from './paxos/ballot.ts';
import { majority } from './paxos/quorum.ts';
import { Driver } from './runtime/driver.ts';
import type { Membership, Store } from './runtime/ports.ts';
import type { DriverReply } from './runtime/requests.ts';
import type {
  ConfigOutcome,
  CounterService,
  IncrementOutcome,
  Readiness,
  ReadOutcome,
  Refused,
} from './runtime/service.ts';
import { Tracing } from './runtime/tracing.ts';
import type { Hello } from './transport/hello.ts';
import type { Links, LinksListener } from './transport/links.ts';

export interface ServiceOptions {
  readonly settings: Settings;
  readonly store: Store;
  readonly log: Log;
  readonly trace: TraceFile | null;
  /** As bound, with the real port. */
  readonly listening: () => ListenAddress;
  readonly createLinks: (listener: LinksListener) => Links;
}

/** Seconds. */
const RETRY_AFTER = 1;

const UNCONFIGURED = 'this actor is not configured yet: POST /config {"actors": ["10.0.0.1", …]} first';

export class Service implements CounterService {
  readonly links: Links;
  readonly #options: ServiceOptions;
  readonly #store: Store;
  readonly #log: Log;
  #membership: Membership | null = null;
  #driver: Driver | null = null;
  #failure: Error | null = null;
  #endTrace = () => {};
  #stopping = false;
  /** All is durable, and the store about to be closed: that it takes no more is no failure. */
  #hasSettled = false;
  /** Configs are taken one after the other. */
  #configuring: Promise<unknown> = Promise.resolve();

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#log = options.log;
    this.links = options.createLinks({
      up: (peer, { identity }) => this.#driver?.linkUp(peer, identity),
      down: (peer) => this.#driver?.linkDown(peer),
      receive: (from, messages) => this.#driver?.receive(from, messages),
      admit: (hello) => this.#admit(hello),
    });
    if (this.#store.membership !== null) this.#join(this.#store.membership);
  }

  get self(): Actor | null {
    return this.#membership?.self ?? null;
  }

  /** To be called every TICK_MS. */
  tick(): void {
    this.#driver?.tick();
    this.links.tick();
  }

  increment(counter: string, amount: bigint, done: (outcome: IncrementOutcome) => void): void {
    const driver = this.#driver;
    if (driver === null) done(refused(UNCONFIGURED));
    else driver.increment(counter, amount, (reply) => done(this.#incremented(reply)));
  }

  value(counter: string, done: (outcome: ReadOutcome) => void): void {
    const driver = this.#driver;
    if (driver === null) done(refused(UNCONFIGURED));
    else
      driver.value(counter, (reply) =>
        done(reply.type === 'failed' ? refused(storeFailed(reply.error)) : readOf(reply.vote, [])),
      );
  }

  consistentValue(
    counter: string,
    { all }: { readonly all: boolean },
    done: (outcome: ReadOutcome) => void,
  ): void {
    const driver = this.#driver;
    if (driver === null) done(refused(UNCONFIGURED));
    else driver.read(counter, all, (reply) => done(this.#read(reply, all)));
  }

  configure(actors: readonly Actor[]): Promise<ConfigOutcome> {
    const configured = this.#configuring.then(() => this.#configure([...actors].sort()));
    this.#configuring = configured.catch(() => {});
    return configured;
  }

  readiness(): Readiness {
    const membership = this.#membership;
    if (this.#failure !== null) return { ready: false, reason: storeFailed(this.#failure) };
    if (this.#stopping) return { ready: false, reason: 'this actor stops' };
    if (membership === null || this.#driver === null) return { ready: false, reason: UNCONFIGURED };
    const heard = this.#driver.alive.size;
    const all = membership.actors.length;
    const reached = `${heard} of ${all} actors can be reached`;
    if (heard >= majority(all)) return { ready: true, reason: `ready, ${reached}` };
    return { ready: false, reason: `no majority, ${reached}` };
  }

  /** Says that it stops, so that nobody sends more clients here. */
  announceStop(): void {
    this.#stopping = true;
  }

  /** Cuts the links, since what still comes over them would keep it busy, and makes durable what is not. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.links.close();
    const driver = this.#driver;
    if (driver !== null) await new Promise<void>((resolve) => driver.settle(resolve));
    this.#hasSettled = true;
    this.#endTrace();
  }

  async #configure(actors: readonly Actor[]): Promise<ConfigOutcome> {
    const present = this.#membership;
    if (this.#failure !== null) return refused(storeFailed(this.#failure));
    if (present !== null && isSame(present.actors, actors)) {
      return { kind: 'configured', self: present.self, changed: false };
    }
    const conflict = present === null ? null : this.#conflict(present);
    if (conflict !== null) return { kind: 'conflict', reason: conflict };
    const identified = await identify(actors, {
      advertise: this.#options.settings.advertise ?? null,
      listen: this.#options.listening(),
      ask: (asked) => this.links.whoAmI(asked),
    });
    if (identified.kind === 'unidentified') return identified;
    // While others were asked, counters may have come.
    const late = this.#membership === null ? null : this.#conflict(this.#membership);
    if (late !== null) return { kind: 'conflict', reason: late };
    return this.#replaceMembership({ actors, self: identified.self, peers: {} });
  }

  async #replaceMembership(membership: Membership): Promise<ConfigOutcome> {
    const former = this.#driver;
    this.#driver = null;
    if (former !== null) await new Promise<void>((resolve) => former.settle(resolve));
    const write = { counters: [], backlogs: [], membership };
    const error = await new Promise<Error | null>((resolve) => this.#store.write(write, resolve));
    if (error !== null) {
      this.#fail(error);
      return refused(storeFailed(error));
    }
    this.#join(membership);
    this.#log('info', 'configured', { self: membership.self, actors: membership.actors.join(' ') });
    return { kind: 'configured', self: membership.self, changed: true };
  }

  #conflict({ actors }: Membership): string | null {
    const isEmpty = !this.#store.holdsCounters() && (this.#driver?.countersInMemory ?? 0) === 0;
    if (isEmpty) return null;
    const others = `this actor holds counters of the actors ${actors.join(', ')}`;
    return `${others}; post those, or start with an empty data directory; nothing was changed`;
  }

  #join(membership: Membership): void {
    const { settings } = this.#options;
    const { identity, incarnation } = this.#store;
    const { self, actors } = membership;
    this.#membership = membership;
    const tracer = this.#options.trace?.begin(self, actors, identity) ?? null;
    const tracing = tracer === null ? undefined : new Tracing(tracer, self);
    this.#endTrace = () => tracer?.end();
    this.#driver = new Driver({
      membership,
      store: tracing?.store(this.#store) ?? this.#store,
      transport: tracing?.transport(this.links) ?? this.links,
      tracing,
      random: Math.random,
      schedule: setImmediate,
      delay: (run) => setTimeout(run, FLUSH_GROUP_MS),
      // Where nothing is flushed, there is nothing to share.
      flushGroup: settings.durability === 'disk' ? FLUSH_GROUP : Infinity,
      minority: settings.minority,
      commitTimeout: ticks(settings.commitTimeout),
      readTimeout: ticks(settings.readTimeout),
      failed: (error) => {
        tracing?.failed(error);
        this.#fail(error);
      },
    });
    this.links.configure({ self, actors, identity, incarnation });
  }

  /** A store that is not the one this actor knows that peer by has forgotten the promises of that one. */
  #admit({ from, identity }: Hello): string | null {
    const known = this.#driver?.identityOf(from) ?? null;
    if (known === null || known === identity) return null;
    return `${from} has lost its store: it was ${known}, now it is ${identity}; it must not vote as if nothing had happened`;
  }

  /** Stops voting for good: what is in memory is ahead of what is durable. */
  #fail(error: Error): void {
    this.#failure = error;
    if (this.#hasSettled) return;
    this.#log('error', 'store failed', { reason: explain(error) });
    void this.links.close();
  }

  #incremented(reply: DriverReply): IncrementOutcome {
    switch (reply.type) {
      case 'counted':
        return { kind: 'counted', value: reply.value, slot: reply.slot };
      case 'recorded':
        return { kind: 'recorded' };
      case 'unknown':
      case 'interrupted':
        return { kind: 'unknown' };
      case 'refused':
        return refused(
          'no majority of the actors can be reached, and this actor refuses increments without one',
        );
      default:
        return this.#refusal(reply);
    }
  }

  #read(reply: DriverReply, all: boolean): ReadOutcome {
    switch (reply.type) {
      case 'read': {
        return readOf(reply.vote, reply.unheard);
      }
      case 'no majority': {
        const { unheard } = reply;
        if (unheard.length === 0)
          return refused('the actors answered, but what they told was not settled in time');
        return refused(
          `${all ? 'not all' : 'no majority'} of the actors answered in time; not heard: ${unheard.join(', ')}`,
        );
      }
      case 'interrupted':
        return refused(storeFailed(reply.error));
      default:
        return this.#refusal(reply);
    }
  }

  #refusal(reply: DriverReply): Refused {
    switch (reply.type) {
      case 'overloaded':
        return refused('too many requests wait here');
      case 'failed':
        return refused(storeFailed(reply.error));
      default:
        throw new TypeError(`${reply.type} is no answer to this request`);
    }
  }
}

function readOf(vote: Vote<CounterState> | null, unreachable: readonly Actor[]): ReadOutcome {
  return { kind: 'read', value: vote?.state.total ?? 0n, slot: vote?.slot ?? 0, unreachable };
}

function refused(reason: string): Refused {
  return { kind: 'refused', reason, retryAfter: RETRY_AFTER };
}

function storeFailed(error: Error): string {
  return `the store of this actor has failed: ${explain(error)}`;
}

function isSame(a: readonly Actor[], b: readonly Actor[]): boolean {
  return a.length === b.length && a.every((actor, index) => actor === b[index]);
}
