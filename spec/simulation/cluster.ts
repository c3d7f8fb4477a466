import type { Actor } from '../../src/paxos/ballot.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import type { DriverReply } from '../../src/runtime/requests.ts';
import type { MemoryDisk } from '../../src/store/memory-store.ts';
import { describe, type Operation } from '../history/operation.ts';
import { Host, type HostOptions, type Life } from './host.ts';
import { caughtUp } from './invariants/caught-up.ts';
import { covered } from './invariants/covered.ts';
import { durable } from './invariants/durable.ts';
import { marked } from './invariants/marked.ts';
import { promised } from './invariants/promised.ts';
import { Network } from './network.ts';
import type { Sending } from './sending.ts';
import { must, Violation } from './violation.ts';
import type { World } from './world.ts';

/** Held against every message that leaves. */
const WATCHED: readonly (readonly [string, (sending: Sending) => void])[] = [
  ['durable', durable],
  ['promised', promised],
  ['marked', marked],
  ['covered', covered],
];

/** Milliseconds after which a client that was not served tries another actor. */
const TRIES_AGAIN_AFTER = 20;

export interface ClusterOptions extends Pick<HostOptions, 'minority' | 'hotCounters'> {
  /** These are not started: their config comes late. */
  readonly late: ReadonlySet<Actor>;
}

/** A whole cluster in one process, from the driver and the roles of production, in a world that a seed decides. */
export class Cluster {
  readonly network: Network;
  readonly #world: World;
  readonly #hosts = new Map<Actor, Host>();
  readonly #retries = new Map<Operation, () => void>();
  isHealed = false;

  constructor(world: World, { late, ...options }: ClusterOptions) {
    this.#world = world;
    for (const actor of world.actors) {
      const host = new Host(actor, world, {
        ...options,
        send: (from, life, to, messages) => this.#send(from, life, to, messages),
        ended: (operations) => {
          for (const operation of operations) this.#end(operation, 'lost');
        },
        remembered: ({ disk }) => must('caught up', () => caughtUp(actor, disk, this.#disks())),
        changed: (changed, atOnce) => this.network.hostChanged(changed, atOnce),
      });
      this.#hosts.set(actor, host);
    }
    this.network = new Network(world, this.#hosts);
    for (const host of this.#hosts.values()) if (!late.has(host.actor)) host.start();
  }

  /** Those that have not lost their disk: the others are kept out for good. */
  get members(): readonly Actor[] {
    return this.#world.actors.filter((actor) => !this.host(actor).isWiped);
  }

  host(actor: Actor): Host {
    const host = this.#hosts.get(actor);
    if (host === undefined) throw new RangeError(`there is no ${actor}`);
    return host;
  }

  /**
   * `actor` loses its disk, if that is a fault that the cluster is made for: a majority stays, and the others know the
   * store. Who was never heard of cannot be missed. What it had answered 202 is lost with the disk.
   */
  wipe(actor: Actor): void {
    const { actors, history } = this.#world;
    const host = this.host(actor);
    const isKnown = actors.every((other) => {
      const peers = this.host(other).disk.membership?.peers ?? {};
      return other === actor || peers[actor]?.identity === host.disk.identity;
    });
    if (host.isWiped || !isKnown || 2 * (this.members.length - 1) <= actors.length) return;
    host.wipe();
    for (const operation of history.operations)
      if (operation.actor === actor && operation.outcome === 'recorded') operation.outcome = 'unknown';
  }

  /** All faults stop; the weather is fine. */
  heal(): void {
    this.isHealed = true;
    this.#world.journal?.note('all faults stop');
    this.#world.climate = { loss: 0, duplication: 0, delay: 2, flush: 2 };
    this.network.heal();
    for (const host of this.#hosts.values()) host.heal();
  }

  /** `again`: where the client asks next if it is not served; as a new increment. */
  increment(actor: Actor, counter: string, again: Actor | null): void {
    const amount = this.#world.history.nextAmount(counter);
    this.#operate(
      'increment',
      actor,
      counter,
      amount,
      again === null ? null : () => this.increment(again, counter, null),
      ({ driver }, operation) => driver.increment(counter, amount, this.#answering(operation)),
    );
  }

  read(actor: Actor, counter: string, all: boolean): void {
    this.#operate('read', actor, counter, 0n, null, ({ driver }, operation) =>
      driver.read(counter, all, this.#answering(operation)),
    );
  }

  value(actor: Actor, counter: string): void {
    this.#operate('value', actor, counter, 0n, null, (life, operation) =>
      life.driver.value(counter, (reply) => {
        if (this.host(actor).life !== life) return;
        if (reply.type === 'shown') operation.value = reply.vote?.state.total ?? 0n;
        this.#end(operation, reply.type === 'shown' ? 'read' : 'refused');
      }),
    );
  }

  #operate(
    kind: Operation['kind'],
    actor: Actor,
    counter: string,
    amount: bigint,
    again: (() => void) | null,
    act: (life: Life, operation: Operation) => void,
  ): void {
    const host = this.host(actor);
    if (host.isWiped) return;
    const operation = this.#world.history.begin(kind, actor, counter, amount, this.#world.agenda.now);
    if (again !== null) this.#retries.set(operation, again);
    host.life?.operations.add(operation);
    if (host.life === null) this.#end(operation, 'refused');
    else host.run(host.life, (life) => act(life, operation));
  }

  /** Takes answers until the process that was asked has ended. */
  #answering(operation: Operation): (reply: DriverReply) => void {
    const host = this.host(operation.actor);
    const { life } = host;
    return (reply) => {
      if (host.life === life) this.#told(operation, reply);
    };
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
      case 'interrupted':
        this.#end(operation, operation.kind === 'increment' ? 'unknown' : 'refused');
        break;
      case 'no majority':
      case 'overloaded':
      case 'failed':
        this.#end(operation, 'refused');
        break;
    }
  }

  #end(operation: Operation, outcome: Operation['outcome']): void {
    const { agenda, history, journal } = this.#world;
    if (operation.outcome !== 'pending')
      throw new Violation('answered once', `${describe(operation)}, and again ${outcome}`);
    operation.outcome = outcome;
    operation.end = agenda.now;
    if (outcome === 'recorded') history.recorded.push(operation);
    this.host(operation.actor).life?.operations.delete(operation);
    journal?.note(describe(operation));
    const again = this.#retries.get(operation);
    this.#retries.delete(operation);
    if (again !== undefined && (outcome === 'lost' || outcome === 'refused' || outcome === 'unknown'))
      agenda.after(TRIES_AGAIN_AFTER, () => !this.isHealed && again());
  }

  #disks(): Map<Actor, MemoryDisk> {
    return new Map([...this.#hosts].map(([actor, { disk }]) => [actor, disk]));
  }

  #send(from: Host, life: Life, to: Actor, messages: readonly PeerMessage[]): void {
    for (const message of messages) {
      // Something may have happened to it in the midst of the frame.
      if (from.life !== life) return;
      // What nobody hears tells what it did all the same: that it accepted a vote, durably.
      if (message.type === 'counter') this.#watch(from, message);
      if (!this.network.isUp(from.actor, to)) continue;
      this.network.carry(from.actor, to, message);
      if (message.type === 'counter') from.comesTo(`sends ${message.message.type}`);
    }
  }

  #watch(from: Host, { counter, message }: PeerMessage & { readonly type: 'counter' }): void {
    const { history, agenda } = this.#world;
    const sending: Sending = {
      from: from.actor,
      counter,
      message,
      durable: from.disk.counters.get(counter)?.register ?? null,
      history,
      now: agenda.now,
    };
    must('one state a vote', () => history.sent(from.actor, counter, message));
    for (const [invariant, watch] of WATCHED) must(invariant, () => watch(sending));
  }
}
