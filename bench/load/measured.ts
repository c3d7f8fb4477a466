import { Durations } from './histogram.ts';
import type { Cpu } from './usage.ts';

/** One operation of one client; clients do one after the other. */
export type Worker = () => Promise<unknown>;

export interface Measured {
  readonly operations: number;
  readonly seconds: number;
  readonly durations: Durations;
  /** Operations of another kind meanwhile. */
  readonly beside: number;
  /** Of all operations together, those beside them as well. */
  readonly cpu: Cpu;
}

/** What was measured in several rounds. */
export interface Merged extends Measured {
  readonly parts: readonly Measured[];
}

/** A ratio, and the lowest and the highest of its rounds. */
export interface Compared {
  readonly value: number;
  readonly spread?: readonly [lowest: number, highest: number];
}

export interface LoadTime {
  readonly seconds: number;
  /** Seconds before, which do not count. */
  readonly warmUp: number;
  /** Of the servers. */
  readonly cpu: () => Cpu;
}

export const perSecond = ({ operations, seconds }: Measured): number => operations / seconds;

export const median = ({ durations }: Measured): number => durations.at(50);

/** Of what took turns: its n-th rounds were side by side. */
export function ratioOf(of: (measured: Measured) => number, one: Merged, other: Merged): Compared {
  const rounds = one.parts
    .map((part, round) => of(part) / of(other.parts[round] ?? other))
    .filter(Number.isFinite);
  const value = of(one) / of(other);
  return rounds.length === 0 ? { value } : { value, spread: [Math.min(...rounds), Math.max(...rounds)] };
}

/** Several measurements of the same as one. */
export function merge(parts: readonly Measured[]): Merged {
  const durations = new Durations();
  const sum = (of: (part: Measured) => number) => parts.reduce((total, part) => total + of(part), 0);
  for (const part of parts) durations.add(part.durations);
  return {
    operations: sum(({ operations }) => operations),
    seconds: sum(({ seconds }) => seconds),
    durations,
    beside: sum(({ beside }) => beside),
    cpu: { servers: sum(({ cpu }) => cpu.servers), generator: sum(({ cpu }) => cpu.generator) },
    parts,
  };
}

/** Collects what happens from the end of the warm-up on. */
export class Meter {
  readonly #cpu: () => Cpu;
  readonly #now: () => number;
  readonly #durations = new Durations();
  #beside = 0;
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

  countBeside(): void {
    if (this.#since !== null) this.#beside += 1;
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
      beside: this.#beside,
      cpu: { servers: servers - cpu.servers, generator: generator - cpu.generator },
    };
  }
}
