import { Durations } from './histogram.ts';
import type { Cpu } from './usage.ts';

/** One operation of one client; clients do one after the other. */
export type Worker = () => Promise<unknown>;

export interface Measured {
  readonly operations: number;
  readonly seconds: number;
  readonly durations: Durations;
  /** Of all operations together. */
  readonly cpu: Cpu;
}

export interface LoadTime {
  readonly seconds: number;
  /** Seconds before, which do not count. */
  readonly warmUp: number;
  /** Of the servers. */
  readonly cpu: () => Cpu;
}

export const perSecond = ({ operations, seconds }: Measured): number => operations / seconds;

/** Several measurements of the same as one. */
export function merge(parts: readonly Measured[]): Measured {
  const durations = new Durations();
  const sum = (of: (part: Measured) => number) => parts.reduce((total, part) => total + of(part), 0);
  for (const part of parts) durations.add(part.durations);
  return {
    operations: sum(({ operations }) => operations),
    seconds: sum(({ seconds }) => seconds),
    durations,
    cpu: { servers: sum(({ cpu }) => cpu.servers), generator: sum(({ cpu }) => cpu.generator) },
  };
}

/** Collects what happens from the end of the warm-up on. */
export class Meter {
  readonly #cpu: () => Cpu;
  readonly #now: () => number;
  readonly #durations = new Durations();
  #since: { readonly time: number; readonly cpu: Cpu } | null = null;

  constructor(cpu: () => Cpu, now: () => number) {
    this.#cpu = cpu;
    this.#now = now;
  }

  start(): void {
    this.#since = { time: this.#now(), cpu: this.#cpu() };
  }

  record(ms: number): void {
    if (this.#since !== null) this.#durations.record(ms);
  }

  /** Nothing is recorded any more. */
  stop(): Measured {
    if (this.#since === null) throw new Error('the measurement was not started');
    const { time, cpu } = this.#since;
    this.#since = null;
    const { servers, generator } = this.#cpu();
    return {
      operations: this.#durations.count,
      seconds: (this.#now() - time) / 1_000,
      durations: this.#durations,
      cpu: { servers: servers - cpu.servers, generator: generator - cpu.generator },
    };
  }
}
