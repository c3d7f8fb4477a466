import type { Actor } from '../../src/paxos/ballot.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import type { SeededRandom } from '../history/random.ts';
import type { Host } from './host.ts';
import type { World } from './world.ts';

/** One direction between two actors. */
interface Way {
  readonly from: Host;
  readonly to: Host;
  isCut: boolean;
  /** Milliseconds that every message takes on top. */
  slowness: number;
  /** The link of the two is up, as `from` sees it. */
  isUp: boolean;
  readonly random: SeededRandom;
}

/** Milliseconds until a link comes up, and until silence is noticed, at the most. */
const DIALS_IN = 200;
const NOTICES_IN = 600;

/** Links of each with each. Messages are lost, doubled, delayed and overtaken, each direction by itself. */
export class Network {
  readonly #world: World;
  readonly #ways = new Map<Actor, Map<Actor, Way>>();

  constructor(world: World, hosts: ReadonlyMap<Actor, Host>) {
    this.#world = world;
    for (const from of hosts.values()) {
      const ways = new Map<Actor, Way>();
      this.#ways.set(from.actor, ways);
      for (const to of hosts.values()) {
        const random = world.die(`${from.actor} > ${to.actor}`);
        if (to !== from) ways.set(to.actor, { from, to, isCut: false, slowness: 0, isUp: false, random });
      }
    }
  }

  cut(from: Actor, to: Actor, isCut: boolean): void {
    const way = this.#way(from, to);
    if (way.isCut !== isCut) this.#world.journal?.note(`${from} > ${to} is ${isCut ? 'cut' : 'mended'}`);
    way.isCut = isCut;
    this.#review(way);
  }

  slow(from: Actor, to: Actor, slowness: number): void {
    this.#way(from, to).slowness = slowness;
  }

  heal(): void {
    for (const way of this.#all()) {
      way.isCut = false;
      way.slowness = 0;
    }
    for (const way of this.#all()) this.#review(way);
  }

  /** Whether all links are up that can be. */
  get isSettled(): boolean {
    return this.#all().every((way) => way.isUp === this.#canTalk(way) || !this.#admit(way));
  }

  /** `host` started or paused: its links will come up, or go down. `atOnce`: they are closed. */
  hostChanged(host: Host, atOnce: boolean): void {
    for (const way of this.#ways.get(host.actor)?.values() ?? []) {
      if (atOnce) this.#down(way);
      this.#review(way);
    }
  }

  /** Whether `from` has a link to send this message on. */
  isUp(from: Actor, to: Actor): boolean {
    return this.#way(from, to).isUp;
  }

  carry(from: Actor, to: Actor, message: PeerMessage): void {
    const way = this.#way(from, to);
    const { random } = way;
    const { loss, duplication, delay } = this.#world.climate;
    const { disk } = way.to;
    const copies = duplication > 0 && random.chance(duplication) ? 2 : 1;
    for (let i = 0; i < copies; i += 1) {
      if (loss > 0 && random.chance(loss)) continue;
      this.#world.agenda.after(random.next() * delay + way.slowness, () => {
        // To whatever life the receiver is in by now, but to that store.
        if (way.isCut || way.to.disk !== disk) return;
        this.#world.journal?.arrived(from, to, message);
        way.to.run(way.to.life, ({ driver }) => driver.receive(from, [message]));
      });
    }
  }

  #review(way: Way): void {
    if (way.isUp === this.#canTalk(way)) return;
    const { isUp, random } = way;
    this.#world.agenda.after(random.between(1, isUp ? NOTICES_IN : DIALS_IN), () => {
      if (way.isUp !== isUp || this.#canTalk(way) === isUp) return;
      if (isUp) this.#down(way);
      else this.#up(way);
    });
  }

  /** Up for both, if both admit the other's store (see src/service.ts). */
  #up(way: Way): void {
    if (!this.#admit(way)) {
      this.#world.history.strike('link refused');
      return;
    }
    for (const one of this.#both(way)) {
      one.isUp = true;
      // Of the store that was admitted: a slow actor hears of it late, when there may be another.
      const { identity } = one.to.disk;
      one.from.run(one.from.life, ({ driver }) => driver.linkUp(one.to.actor, identity));
    }
  }

  #down(way: Way): void {
    if (!way.isUp) return;
    for (const one of this.#both(way)) {
      one.isUp = false;
      one.from.run(one.from.life, ({ driver }) => driver.linkDown(one.to.actor));
    }
  }

  #admit(way: Way): boolean {
    return this.#both(way).every(({ from, to }) => {
      const known = from.life?.driver.identityOf(to.actor) ?? null;
      return known === null || known === to.disk.identity;
    });
  }

  #canTalk(way: Way): boolean {
    return this.#both(way).every(({ from, isCut }) => from.isAwake && !isCut);
  }

  #both(way: Way): readonly [Way, Way] {
    return [way, this.#way(way.to.actor, way.from.actor)];
  }

  #all(): Way[] {
    return [...this.#ways.values()].flatMap((ways) => [...ways.values()]);
  }

  #way(from: Actor, to: Actor): Way {
    const way = this.#ways.get(from)?.get(to);
    if (way === undefined) throw new RangeError(`there is no way from ${from} to ${to}`);
    return way;
  }
}
