import { setTimeout as pause } from 'node:timers/promises';
import type { Load } from '../history/load.ts';
import type { SeededRandom } from '../history/random.ts';
import type { Instance } from './instance.ts';
import {
  type Availability,
  acknowledged,
  firstCounted,
  includes,
  type Phase,
  type Side,
} from './measures.ts';
import type { Cut } from './network.ts';
import type { Site } from './site.ts';

/** How the cluster came back from a fault. Milliseconds since all faults were gone. */
export interface Recovery {
  readonly after: string;
  /** Until every instance had counted an increment of a client again. */
  readonly firstSuccess: number;
  /** Until each counter had been read somewhere, consistently, with all that had been acknowledged. */
  readonly firstReads: number;
  /** Until it had been read so everywhere. */
  readonly fullAgreement: number;
}

/** What a scenario demands beyond correctness; measured when it is over. */
export interface Demand {
  readonly what: string;
  /** Milliseconds. */
  readonly limit: number;
  measure(availability: readonly Availability[]): number;
}

export interface StageOptions {
  readonly site: Site;
  readonly load: Load;
  readonly random: SeededRandom;
  readonly cut: Cut;
  /** By which all durations of the scenario are multiplied. */
  readonly scale: number;
}

/** Milliseconds after heal within which all is to be read, of up to 10 instances, and of more on 2 cores. */
const RECOVERS_MS = 1_000;
const RECOVERS_LARGE_MS = 3_000;
const POLL_MS = 10;
/** Milliseconds after heal in which everything has to be right again, even on a slow machine. */
const RECOVERS_WITHIN_MS = 30_000;
/** Counters that are read to see whether a cluster has recovered: all, but not thousands. */
const WATCHED = 8;

/** What a scenario has at hand: instances to hurt, a network to cut, and clients that go on meanwhile. */
export class Stage {
  readonly site: Site;
  readonly nodes: readonly Instance[];
  readonly load: Load;
  readonly random: SeededRandom;
  readonly phases: Phase[] = [];
  readonly recoveries: Recovery[] = [];
  readonly demands: Demand[] = [];
  readonly #cut: Cut;
  readonly #scale: number;
  #phase: Omit<Phase, 'end'> | null = null;

  constructor({ site, load, random, cut, scale }: StageOptions) {
    this.site = site;
    this.nodes = site.instances;
    this.load = load;
    this.random = random;
    this.#cut = cut;
    this.#scale = scale;
  }

  /** By its id, from 1 on. */
  node(id: number): Instance {
    const node = this.nodes[id - 1];
    if (node === undefined) throw new Error(`this scenario needs at least ${id} nodes`);
    return node;
  }

  others(...some: readonly Instance[]): Instance[] {
    return this.nodes.filter((node) => !some.includes(node));
  }

  /** The smallest number of instances that is a majority. */
  get majority(): number {
    return Math.floor(this.nodes.length / 2) + 1;
  }

  /** From now on these instances can talk to each other, as far as anybody knows. */
  phase(name: string, sides: Readonly<Record<string, readonly Instance[]>> = { all: this.nodes }): void {
    this.endPhase();
    const named: Side[] = Object.entries(sides).map(([side, instances]) => ({
      name: side,
      actors: instances.map(({ actor }) => actor),
    }));
    this.#phase = { name, start: performance.now(), sides: named };
  }

  endPhase(): void {
    if (this.#phase !== null) this.phases.push({ ...this.#phase, end: performance.now() });
    this.#phase = null;
  }

  /** Lets the clients go on for so many seconds. */
  during(seconds: number): Promise<void> {
    return pause(seconds * 1_000 * this.#scale);
  }

  /** Nothing passes between those and all others. */
  async part(some: readonly Instance[], how = this.#cut): Promise<void> {
    const others = this.others(...some);
    await Promise.all([this.cut(some, others, how), this.cut(others, some, how)]);
  }

  /** What `from` sends does not arrive at `to`. */
  async cut(from: readonly Instance[], to: readonly Instance[], how = this.#cut): Promise<void> {
    const ids = (nodes: readonly Instance[]) => nodes.map(({ id }) => id);
    await this.site.network.cut(ids(from), ids(to), how);
  }

  /** Makes `node` the holder of the ballots of that counter: nobody else has written it yet. */
  async hold(node: Instance, counter: string): Promise<void> {
    for (let i = 0; i < 10; i += 1) await this.load.increment(node, counter);
  }

  /** All cuts are gone; waits until the cluster has recovered. The phase ends before the first of them goes. */
  async heal(): Promise<void> {
    const after = this.#phase?.name;
    this.endPhase();
    await this.site.network.heal();
    await this.recover(after);
  }

  /** Waits until all that was acknowledged is read everywhere, and every instance has served its clients. */
  async recover(after = this.#phase?.name ?? 'start'): Promise<void> {
    const healed = performance.now();
    this.phase(`${after}, recovery`);
    const promised = [...acknowledged(this.load.operations, healed)].slice(0, WATCHED);
    const firsts = new Map<string, number>();
    await Promise.all(
      this.nodes.map(async (node) => {
        // One counter after the other, each node from another one on: the cluster is measured, not how much it stands.
        const from = node.id % Math.max(1, promised.length);
        for (const [counter, amounts] of [...promised.slice(from), ...promised.slice(0, from)]) {
          await this.#reads(node, counter, amounts);
          if (!firsts.has(counter)) firsts.set(counter, performance.now() - healed);
        }
      }),
    );
    const firstReads = Math.max(0, ...firsts.values());
    const fullAgreement = performance.now() - healed;
    const firstSuccess = await this.#served(healed);
    this.recoveries.push({ after, firstSuccess, firstReads, fullAgreement });
    const limit = this.nodes.length > 10 ? RECOVERS_LARGE_MS : RECOVERS_MS;
    const what = `after ${after}: all that was acknowledged is read`;
    this.demands.push({ what, limit, measure: () => firstReads });
    this.phase(`${after}, recovered`);
  }

  /** On that side increments are answered 200 all the time, but for `limit` milliseconds. */
  demandCounted(phase: string, side: string, limit: number): void {
    const measure = (availability: readonly Availability[]) => find(availability, phase, side).gap.counted;
    this.demands.push({ what: `${phase}, ${side}: longest time without a 200`, limit, measure });
  }

  /** On that side increments are answered 202, nearly all within `limit` milliseconds. */
  demandRecorded(phase: string, side: string, limit: number): void {
    const measure = (availability: readonly Availability[]) => {
      const { outcomes, recorded } = find(availability, phase, side);
      return (outcomes.recorded ?? 0) > 0 ? recorded.p99 : Infinity;
    };
    this.demands.push({ what: `${phase}, ${side}: 99 % of the 202s after`, limit, measure });
  }

  async #reads(node: Instance, counter: string, amounts: bigint): Promise<void> {
    await within(
      `a consistent read of ${counter} at ${node.actor} includes all that was acknowledged`,
      async () => {
        const { status, body } = await node.ask(`/counter/${counter}/consistent_value`);
        return status === 200 && includes(body, amounts);
      },
    );
  }

  async #served(since: number): Promise<number> {
    const actors = this.nodes.map(({ actor }) => actor);
    const first = () => firstCounted(this.load.operations, actors, since);
    await within('every instance counts an increment', async () => !first().includes(null));
    return Math.max(...first().map((ms) => ms ?? 0));
  }
}

async function within(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + RECOVERS_WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${RECOVERS_WITHIN_MS} ms: ${what}`);
    await pause(POLL_MS);
  }
}

function find(availability: readonly Availability[], phase: string, side: string): Availability {
  const found = availability.find((one) => one.phase === phase && one.side === side);
  if (found === undefined) throw new Error(`there is no phase ${phase} with a side ${side}`);
  return found;
}
