import type { PeerClient } from '../peers/peer.ts';

export class WrongSum extends Error {
  override readonly name = 'WrongSum';
}

/** What clients were told of their increments, counter by counter. */
export class Sums {
  readonly #acknowledged = new Map<string, bigint>();
  /** Of increments that failed, or were never answered: each may be counted once. */
  readonly #unknown = new Map<string, bigint>();
  #recorded = 0;

  get counters(): readonly string[] {
    return [...new Set([...this.#acknowledged.keys(), ...this.#unknown.keys()])];
  }

  get total(): bigint {
    return [...this.#acknowledged.values()].reduce((sum, amount) => sum + amount, 0n);
  }

  /** Of those acknowledged, how many were to be counted later. */
  get recorded(): number {
    return this.#recorded;
  }

  /** One increment; what it throws is thrown on. */
  async add(client: PeerClient, counter: string, amount = 1): Promise<'counted' | 'recorded'> {
    try {
      const outcome = (await client.add(counter, amount)) === 'recorded' ? 'recorded' : 'counted';
      raise(this.#acknowledged, counter, amount);
      if (outcome === 'recorded') this.#recorded += 1;
      return outcome;
    } catch (error) {
      raise(this.#unknown, counter, amount);
      throw error;
    }
  }

  /** Reads every counter, through one client after the other; throws if one is not what was acknowledged. */
  async verify(clients: readonly PeerClient[]): Promise<void> {
    const counters = this.counters;
    let next = 0;
    const readAll = async (client: PeerClient) => {
      for (let counter = counters[next++]; counter !== undefined; counter = counters[next++]) {
        this.#judge(counter, await client.read(counter));
      }
    };
    await Promise.all(clients.map(readAll));
  }

  #judge(counter: string, value: bigint): void {
    const acknowledged = this.#acknowledged.get(counter) ?? 0n;
    const unknown = this.#unknown.get(counter) ?? 0n;
    if (value >= acknowledged && value <= acknowledged + unknown) return;
    const rest = unknown === 0n ? '' : `, and at most ${unknown} more may be`;
    throw new WrongSum(`${counter} is ${value}, but ${acknowledged} were acknowledged${rest}`);
  }
}

function raise(sums: Map<string, bigint>, counter: string, amount: number): void {
  sums.set(counter, (sums.get(counter) ?? 0n) + BigInt(amount));
}
