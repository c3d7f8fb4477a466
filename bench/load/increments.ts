import { SeededRandom } from '../../spec/history/random.ts';
import type { PeerClient, RunningPeer } from '../peers/peer.ts';
import type { Load } from './alternate.ts';
import type { Worker } from './measured.ts';
import { Sums } from './sums.ts';

export interface IncrementsOptions {
  readonly name: string;
  readonly running: RunningPeer;
  readonly clients: number;
  readonly counters: number;
  readonly seed: number;
}

let opened = 0;

/** Clients that each add 1 to one counter after the other, chosen evenly by the seed. */
export class Increments implements Load {
  readonly name: string;
  readonly clients: readonly PeerClient[];
  readonly counters: readonly string[];
  readonly workers: readonly Worker[];
  readonly sums = new Sums();
  readonly #running: RunningPeer;

  private constructor({ name, running, counters, seed }: IncrementsOptions, clients: readonly PeerClient[]) {
    opened += 1;
    this.name = name;
    this.clients = clients;
    this.counters = Array.from({ length: counters }, (_, index) => `bench-${opened}-${index}`);
    this.#running = running;
    this.workers = clients.map((client, index) => {
      const random = new SeededRandom(seed * 1_000 + index);
      return () => this.sums.add(client, random.pick(this.counters));
    });
  }

  /** Connected, and each counter written once: what the first write of a counter costs is no part of the load. */
  static async open(options: IncrementsOptions): Promise<Increments> {
    const { running, clients } = options;
    const connected = await Promise.all(
      Array.from({ length: clients }, (_, index) => running.connect(index)),
    );
    const load = new Increments(options, connected);
    await load.#writeEach();
    return load;
  }

  get pids(): readonly number[] {
    return this.#running.pids;
  }

  /** Whether there is anything to read back. */
  get isKept(): boolean {
    return this.#running.keepsNothing !== true;
  }

  /** Throws if a counter is not the sum of what was acknowledged. */
  async close(): Promise<void> {
    if (this.isKept) await this.sums.verify(this.clients);
    await Promise.all(this.clients.map((client) => client.close()));
  }

  /** Client n writes every n-th counter: they are spread over the servers. */
  async #writeEach(): Promise<void> {
    const count = this.clients.length;
    const write = async (client: PeerClient, first: number) => {
      for (let index = first; index < this.counters.length; index += count) {
        await this.sums.add(client, this.counters[index] ?? '');
      }
    };
    await Promise.all(this.clients.map(write));
  }
}
