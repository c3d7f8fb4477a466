import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Target } from './load.ts';

/** How a stand-in cheats its clients, in one of so many answers. */
export type Flaw =
  | 'none'
  | 'loses a 200'
  | 'loses a 202'
  | 'doubles'
  | 'counts what it refused'
  | 'reads stale'
  | 'reads stale elsewhere'
  | 'reads without what it recorded'
  | 'answers an old result'
  | 'lets value go down'
  | 'lets value disagree'
  | 'counts what nobody asked for';

const INCREMENTS_ONE_IN = 40;
const READS_ONE_IN = 3;
const READ_FLAWS: readonly Flaw[] = ['reads stale', 'lets value go down'];
/** Of increments: 200 for most, 202 and 503 for some, as a service under faults would. */
const RECORDED_ONE_IN = 5;
const REFUSED_ONE_IN = 7;

/** A service of several ports and one truth, that is right but for its flaw. It stands in where the checks are checked. */
export class StandIn {
  readonly #flaw: Flaw;
  readonly #servers: readonly Server[];
  /** Per counter: every total that it ever had. */
  readonly #totals = new Map<string, bigint[]>();
  readonly #recorded: { readonly counter: string; readonly amount: bigint }[] = [];
  #actors: readonly string[] = [];
  #requests = 0;
  #healed = false;

  constructor(size: number, flaw: Flaw) {
    this.#flaw = flaw;
    this.#servers = Array.from({ length: size }, (_, index) =>
      createServer(async (request, response) => {
        const { status, body } = this.#serve(index, request, await text(request));
        response.writeHead(status, this.#unheard()).end(body);
      }),
    );
  }

  async listen(): Promise<readonly Target[]> {
    for (const server of this.#servers) server.listen(0, '127.0.0.1');
    await Promise.all(this.#servers.map((server) => once(server, 'listening')));
    this.#actors = this.#servers.map((server) => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new TypeError('not listening on TCP');
      return `127.0.0.1:${address.port}`;
    });
    return this.#actors.map((actor) => ({ actor, url: `http://${actor}` }));
  }

  /** All that was recorded is counted now, and nothing is recorded any more. */
  heal(): void {
    this.#healed = true;
    for (const [index, { counter, amount }] of this.#recorded.entries()) {
      if (!this.#cheats('loses a 202', index)) this.#add(counter, amount);
    }
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  #serve(
    index: number,
    { url = '', method }: IncomingMessage,
    body: string,
  ): { status: number; body: string } {
    this.#requests += 1;
    const [, , counter = '', what] = url.split('/');
    if (method === 'POST') return this.#increment(counter, BigInt(body));
    const totals = this.#totals.get(counter) ?? [0n];
    const isElsewhere = index === this.#servers.length - 1;
    const isOld =
      what === 'consistent_value'
        ? this.#cheats('reads stale') || (isElsewhere && this.#flaw === 'reads stale elsewhere')
        : this.#cheats('lets value go down') || (isElsewhere && this.#flaw === 'lets value disagree');
    return { status: 200, body: String(totals.at(isOld ? -5 : -1) ?? 0n) };
  }

  #increment(counter: string, amount: bigint): { status: number; body: string } {
    if (!this.#healed && this.#requests % RECORDED_ONE_IN === 0) {
      this.#recorded.push({ counter, amount });
      return { status: 202, body: '' };
    }
    if (this.#requests % REFUSED_ONE_IN === 0) {
      if (this.#flaw === 'counts what it refused') this.#add(counter, amount);
      return { status: 503, body: '' };
    }
    const before = this.#totals.get(counter)?.at(-1) ?? 0n;
    if (this.#cheats('loses a 200')) return { status: 200, body: String(before + amount) };
    this.#add(counter, amount);
    if (this.#cheats('doubles')) this.#add(counter, amount);
    if (this.#flaw === 'counts what nobody asked for' && before === 0n) this.#add(counter, 8n ** 1_200n);
    if (this.#cheats('answers an old result')) return { status: 200, body: String(before) };
    return { status: 200, body: String(this.#totals.get(counter)?.at(-1)) };
  }

  #add(counter: string, amount: bigint): void {
    const totals = this.#totals.get(counter) ?? [0n];
    this.#totals.set(counter, totals);
    totals.push((totals.at(-1) ?? 0n) + amount);
  }

  /** Its reads do not include what is only recorded, and say so. */
  #unheard(): Record<string, string> {
    const isSilent = this.#healed || this.#flaw === 'reads without what it recorded';
    return isSilent ? {} : { 'counter-unreachable': this.#actors.join(', ') };
  }

  #cheats(flaw: Flaw, turn = this.#requests): boolean {
    if (this.#flaw !== flaw) return false;
    const oneIn = READ_FLAWS.includes(flaw) ? READS_ONE_IN : INCREMENTS_ONE_IN;
    return turn % oneIn === oneIn - 1;
  }
}
