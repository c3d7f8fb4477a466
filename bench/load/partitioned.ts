import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../spec/cluster/processes.ts';
import { Network } from '../../spec/harness/network.ts';
import { NODE_FLAGS } from '../../src/limits.ts';

const LAUNCHER = fileURLToPath(new URL('../../src/quorate.mjs', import.meta.url));
const PORT = 7777;

/** Actors in network namespaces of their own, between which packets can be dropped. Needs root. */
export class PartitionedCluster {
  readonly #network: Network;
  readonly #directory: string;
  #children: readonly ChildProcess[] = [];

  private constructor(network: Network, directory: string) {
    this.#network = network;
    this.#directory = directory;
  }

  static async start(size: number, flags: readonly string[]): Promise<PartitionedCluster> {
    const cluster = new PartitionedCluster(new Network(size), await mkdtemp(join(tmpdir(), 'partitioned-')));
    try {
      await cluster.#start(flags);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get size(): number {
    return this.#network.size;
  }

  get pids(): readonly number[] {
    return this.#children.map(({ pid = 0 }) => pid);
  }

  /** Of actor number `index`, from 0 on. */
  url(index: number): string {
    return `http://${this.#network.address(index + 1)}:${PORT}`;
  }

  /** Nothing passes between that actor and the others any more. */
  async isolate(index: number): Promise<void> {
    const one = [index + 1];
    const others = Array.from({ length: this.size }, (_, other) => other + 1).filter(
      (other) => other !== one[0],
    );
    await Promise.all([this.#network.cut(one, others, 'drop'), this.#network.cut(others, one, 'drop')]);
  }

  heal(): Promise<void> {
    return this.#network.heal();
  }

  /** All actors can serve. */
  async ready(): Promise<void> {
    for (let index = 0; index < this.size; index += 1) {
      await eventually(`actor ${index + 1} is ready`, () => this.#ask(index, 'readyz'));
    }
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      }),
    );
    await this.#network.remove();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #start(flags: readonly string[]): Promise<void> {
    await this.#network.create();
    const addresses = Array.from({ length: this.size }, (_, index) => this.#network.address(index + 1));
    this.#children = addresses.map((address, index) => {
      const namespace = `--net=${this.#network.namespace(index + 1)}`;
      const own = ['--data', this.#directory, '--listen', `${address}:${PORT}`];
      const actor = [process.execPath, ...NODE_FLAGS, LAUNCHER, 'start', String(index + 1), ...own, ...flags];
      return spawn('nsenter', [namespace, ...actor], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    });
    const body = JSON.stringify({ actors: addresses });
    for (const [index] of addresses.entries()) {
      await eventually(`actor ${index + 1} answers`, () => this.#ask(index, 'livez'));
      await fetch(`${this.url(index)}/config`, { method: 'POST', body });
    }
    await this.ready();
  }

  #ask(index: number, path: string): Promise<true | null> {
    return fetch(`${this.url(index)}/${path}`).then(
      ({ status }) => (status === 200 ? true : null),
      () => null,
    );
  }
}
