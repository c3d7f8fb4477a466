import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { History, type Operation } from '../simulation/history.ts';
import { SeededRandom } from '../simulation/random.ts';
import type { ActorProcess } from './processes.ts';

export interface LoadOptions {
  readonly actors: readonly ActorProcess[];
  readonly clients: number;
  readonly counters: readonly string[];
  readonly seed: number;
  /** The share of consistent reads and of local ones; the others are increments. */
  readonly reads?: number;
  readonly values?: number;
}

/** Milliseconds after which a client takes an answer for lost: longer than any timeout of the actors. */
const GIVE_UP_MS = 15_000;
/** Milliseconds until a client that lost its connection tries again. */
const RECONNECT_MS = 10;

/** Closed-loop clients, each with a connection of its own to each actor; what they are told is the history. */
export class Load {
  readonly history: History;
  readonly #options: LoadOptions;
  readonly #random: SeededRandom;
  readonly #digits = new Map<string, number>();
  readonly #clients: Promise<void>[];
  #avoided: ActorProcess | null = null;
  #isStopped = false;
  #acknowledged = 0;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.history = new History(options.actors.length);
    this.#clients = Array.from({ length: options.clients }, () => this.#client());
  }

  /** Clients begin nothing at that actor any more; null: they may again. */
  avoid(actor: ActorProcess | null): void {
    this.#avoided = actor;
  }

  /** Resolves when `count` more operations have succeeded. */
  succeeds(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ count: this.#acknowledged + count, resolve }));
  }

  /** No further operation begins; resolves when all have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#clients);
  }

  async #client(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { actors, counters, reads = 0.2, values = 0.1 } = this.#options;
    while (!this.#isStopped) {
      const [actor, counter, dice] = [
        this.#random.pick(actors.filter((one) => one !== this.#avoided)),
        this.#random.pick(counters),
        this.#random.next(),
      ];
      const kind = dice < reads ? 'read' : dice < reads + values ? 'value' : 'increment';
      const isLost = (await this.#operate(agent, actor, counter, kind)) === 'lost';
      if (isLost) await pause(RECONNECT_MS);
    }
    agent.destroy();
  }

  async #operate(
    agent: Agent,
    actor: ActorProcess,
    counter: string,
    kind: Operation['kind'],
  ): Promise<Operation['outcome']> {
    const amount = kind === 'increment' ? this.#nextAmount(counter) : 0n;
    const operation = this.history.begin(kind, actor.actor, counter, amount, performance.now());
    const path = { increment: '', value: '/value', read: '/consistent_value' }[kind];
    const body = kind === 'increment' ? amount.toString() : null;
    const told = await exchange(agent, `${actor.url}/counter/${counter}${path}`, body);
    operation.end = performance.now();
    operation.outcome = outcomeOf(kind, told.status);
    if (told.status === 200) operation.value = BigInt(told.body);
    operation.unheard = told.unreachable;
    if (told.status === 200 || told.status === 202) this.#succeeded();
    return operation.outcome;
  }

  /** A base-8 digit per increment: the total tells which are in it, and how often. */
  #nextAmount(counter: string): bigint {
    const digit = this.#digits.get(counter) ?? 0;
    this.#digits.set(counter, digit + 1);
    return 8n ** BigInt(digit);
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

function outcomeOf(kind: Operation['kind'], status: number | null): Operation['outcome'] {
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

function exchange(agent: Agent, url: string, body: string | null): Promise<Told> {
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
