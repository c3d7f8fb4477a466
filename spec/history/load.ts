import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Actor } from '../../src/paxos/ballot.ts';
import { begin, type Operation, type Outcome } from './operation.ts';
import { SeededRandom } from './random.ts';

/** Where clients go. */
export interface Target {
  readonly actor: Actor;
  readonly url: string;
}

export interface LoadOptions {
  readonly targets: readonly Target[];
  readonly clients: number;
  readonly counters: readonly string[];
  readonly seed: number;
  /** What clients do; with several, they take turns, so that each target has clients of every kind. */
  readonly mixes?: readonly Mix[];
  /** Client n stays at target n (modulo their number); else each operation goes to any. */
  readonly pinned?: boolean;
  /** Milliseconds between two operations of a client, on average. */
  readonly pace?: number;
}

/** The share of consistent reads and of local ones; the others are increments. */
export interface Mix {
  readonly reads: number;
  readonly values: number;
}

const MIXED: readonly Mix[] = [{ reads: 0.2, values: 0.1 }];
/** Milliseconds after which a client takes an answer for lost: longer than any timeout of the actors. */
const GIVE_UP_MS = 15_000;
/** Milliseconds until a client that lost its connection tries again. */
const RECONNECT_MS = 10;
/** Increments of one counter, with a base-8 digit each: 1,000 decimal digits are the limit of one amount. */
const DIGITS = 1_100;

/** Closed-loop clients, each with a connection of its own to each target; what they are told are the operations. */
export class Load {
  readonly operations: Operation[] = [];
  readonly #options: LoadOptions;
  readonly #random: SeededRandom;
  readonly #increments = new Map<string, number>();
  #clients: readonly Promise<void>[] = [];
  readonly #ownAgent = new Agent({ keepAlive: true });
  #avoided: Target | null = null;
  readonly #stopping = new AbortController();
  #acknowledged = 0;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
  }

  start(): void {
    const { targets, clients, mixes = MIXED, pinned = false } = this.#options;
    this.#clients = Array.from({ length: clients }, (_, index) =>
      this.#client(pinned ? [at(targets, index)] : targets, at(mixes, Math.floor(index / targets.length))),
    );
  }

  /** One increment more, of a client that nobody disturbs. */
  increment(target: Target, counter: string): Promise<Outcome> {
    return this.#operate(this.#ownAgent, target, counter, 'increment');
  }

  /** Clients begin nothing at that actor any more; null: they may again. */
  avoid(target: Target | null): void {
    this.#avoided = target;
  }

  /** Resolves when `count` more operations have succeeded. */
  succeeds(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ count: this.#acknowledged + count, resolve }));
  }

  /** No further operation begins; resolves when all have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#clients);
    this.#ownAgent.destroy();
  }

  async #client(targets: readonly Target[], { reads, values }: Mix): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { counters, pace = 0 } = this.#options;
    while (!this.#stopping.signal.aborted) {
      const [target, counter, dice] = [
        this.#random.pick(targets.filter((one) => one !== this.#avoided)),
        this.#random.pick(counters),
        this.#random.next(),
      ];
      const kind = dice < reads ? 'read' : dice < reads + values ? 'value' : 'increment';
      const isLost = (await this.#operate(agent, target, counter, kind)) === 'lost';
      const wait = pace * 2 * this.#random.next() + (isLost ? RECONNECT_MS : 0);
      if (wait > 0) await pause(wait, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
    agent.destroy();
  }

  async #operate(agent: Agent, target: Target, base: string, kind: Operation['kind']): Promise<Outcome> {
    const { counter, amount } = this.#next(base, kind);
    const operation = begin({ kind, actor: target.actor, counter, amount, start: performance.now() });
    this.operations.push(operation);
    const path = { increment: '', value: '/value', read: '/consistent_value' }[kind];
    const body = kind === 'increment' ? amount.toString() : null;
    const told = await exchange(agent, `${target.url}/counter/${counter}${path}`, body);
    operation.end = performance.now();
    operation.outcome = outcomeOf(kind, told.status);
    if (told.status === 200) operation.value = BigInt(told.body);
    operation.unheard = told.unreachable;
    if (told.status === 200 || told.status === 202) this.#succeeded();
    return operation.outcome;
  }

  /** A base-8 digit per increment: the total tells which are in it, and how often. A full counter is followed by another. */
  #next(base: string, kind: Operation['kind']): Pick<Operation, 'counter' | 'amount'> {
    const increments = this.#increments.get(base) ?? 0;
    const full = Math.floor(increments / DIGITS);
    const counter = full === 0 ? base : `${base}~${full}`;
    if (kind !== 'increment') return { counter, amount: 0n };
    this.#increments.set(base, increments + 1);
    return { counter, amount: 8n ** BigInt(increments % DIGITS) };
  }

  #succeeded(): void {
    this.#acknowledged += 1;
    for (const [index, { count, resolve }] of [...this.#waiting.entries()].reverse()) {
      if (this.#acknowledged < count) continue;
      this.#waiting.splice(index, 1);
      resolve();
    }
  }
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('there are none');
  return item;
}

function outcomeOf(kind: Operation['kind'], status: number | null): Outcome {
  if (status === null) return 'lost';
  if (status === 200) return kind === 'increment' ? 'counted' : 'read';
  if (status === 202) return 'recorded';
  if (status === 504) return 'unknown';
  if (status === 503) return 'refused';
  throw new Error(`a ${kind} was answered ${status}`);
}

interface Told {
  /** Null: the connection ended before an answer. */
  readonly status: number | null;
  readonly body: string;
  readonly unreachable: readonly string[];
}

/** One request of a client: a body is posted, none asks. */
export function exchange(agent: Agent, url: string, body: string | null): Promise<Told> {
  return new Promise((resolve) => {
    const lost = () => resolve({ status: null, body: '', unreachable: [] });
    const sent = request(
      url,
      { agent, method: body === null ? 'GET' : 'POST', timeout: GIVE_UP_MS },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', lost);
        response.on('end', () => {
          const unreachable = String(response.headers['counter-unreachable'] ?? '');
          resolve({
            status: response.statusCode ?? null,
            body: text,
            unreachable: unreachable === '' ? [] : unreachable.split(', '),
          });
        });
      },
    );
    sent.on('error', lost);
    sent.on('timeout', () => sent.destroy());
    sent.end(body ?? undefined);
  });
}
