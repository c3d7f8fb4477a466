import { type ActorProcess, ProcessCluster } from '../../spec/cluster/processes.ts';
import { begin, type Operation } from '../../spec/history/operation.ts';
import type { Peer, PeerClient, RunningPeer } from '../peers/peer.ts';
import { Client } from './client.ts';

export type Durability = 'disk' | 'process';

export interface QuorateOptions {
  readonly actors: number;
  readonly durability: Durability;
  /** Actors write traces, and what clients were told is kept: `examine` holds all of it against the specification. */
  readonly isTraced?: boolean;
}

export class RunningQuorate implements RunningPeer {
  readonly cluster: ProcessCluster;
  readonly #operations: Operation[] | null;

  constructor(cluster: ProcessCluster, isTraced: boolean) {
    this.cluster = cluster;
    this.#operations = isTraced ? [] : null;
  }

  get pids(): readonly number[] {
    return this.cluster.actors.map(({ pid }) => pid);
  }

  actor(index: number): ActorProcess {
    const { actors } = this.cluster;
    const actor = actors[index % actors.length];
    if (actor === undefined) throw new RangeError('there are no actors');
    return actor;
  }

  connect(index: number): Promise<QuorateClient> {
    return QuorateClient.open(this.actor(index), this.#operations);
  }

  /** Ends all actors. What is wrong with what they did and told; empty if nothing is, or nothing was traced. */
  async examine(): Promise<readonly string[]> {
    return this.#operations === null ? [] : this.cluster.examineTraces(this.#operations);
  }

  stop(): Promise<void> {
    return this.cluster.dispose();
  }
}

export class QuorateClient implements PeerClient {
  readonly #client: Client;
  readonly #actor: string;
  readonly #operations: Operation[] | null;

  private constructor(client: Client, actor: string, operations: Operation[] | null) {
    this.#client = client;
    this.#actor = actor;
    this.#operations = operations;
  }

  static async open(
    { url, actor }: Pick<ActorProcess, 'url' | 'actor'>,
    operations: Operation[] | null = null,
  ) {
    return new QuorateClient(await Client.open(url), actor, operations);
  }

  /** `recorded`: it will be counted, but no majority had done so in time. */
  async add(counter: string, amount: number): Promise<'counted' | 'recorded'> {
    return (await this.#ask('increment', counter, amount)) === null ? 'recorded' : 'counted';
  }

  async read(counter: string): Promise<bigint> {
    return (await this.#ask('read', counter, 0)) ?? 0n;
  }

  /** The last value that the actor knows. */
  async value(counter: string): Promise<bigint> {
    return (await this.#ask('value', counter, 0)) ?? 0n;
  }

  close(): void {
    this.#client.close();
  }

  /** Null: a 202, which tells no value. */
  async #ask(kind: Operation['kind'], counter: string, amount: number): Promise<bigint | null> {
    const operation = this.#begin(kind, counter, amount);
    const path = PATHS[kind](counter);
    const asked = kind === 'increment' ? this.#client.post(path, String(amount)) : this.#client.get(path);
    const { status, body } = await asked;
    if (status !== 200 && status !== 202) {
      throw new Error(`${kind} of ${counter} was answered ${status}: ${body}`);
    }
    const value = status === 200 ? BigInt(body) : null;
    if (operation !== null) {
      operation.end = performance.now();
      operation.outcome = value === null ? 'recorded' : kind === 'increment' ? 'counted' : 'read';
      operation.value = value ?? 0n;
    }
    return value;
  }

  #begin(kind: Operation['kind'], counter: string, amount: number): Operation | null {
    if (this.#operations === null) return null;
    const about = { kind, actor: this.#actor, counter, amount: BigInt(amount) };
    const operation = begin({ ...about, start: performance.now() });
    this.#operations.push(operation);
    return operation;
  }
}

const PATHS: Readonly<Record<Operation['kind'], (counter: string) => string>> = {
  increment: (counter) => `/counter/${counter}`,
  read: (counter) => `/counter/${counter}/consistent_value`,
  value: (counter) => `/counter/${counter}/value`,
};

const GUARANTEES: Readonly<Record<Durability, string>> = {
  disk: 'linearizable; a majority has flushed it to disk',
  process: 'linearizable; a majority has written it, not flushed',
};

export function quorate({ actors, durability, isTraced = false }: QuorateOptions) {
  const flags = ['--durability', durability, '--log-level', 'warn'];
  return {
    name: durability === 'disk' ? 'Quorate' : `Quorate, durability ${durability}`,
    guarantees: GUARANTEES[durability],
    version: async () => ({ version: 'of this commit' }),
    // A cluster of processes has a temporary directory of its own.
    start: async () => new RunningQuorate(await ProcessCluster.start(actors, flags, isTraced), isTraced),
  } satisfies Peer;
}
