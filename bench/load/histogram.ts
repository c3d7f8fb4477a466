import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly mean: number;
}

const NS_PER_MS = 1e6;
/** Nanoseconds that can be told apart from more: an hour. */
const HIGHEST = 3_600_000 * NS_PER_MS;
/** The percentile curve has a point per 1/8 of the way from one halving of what is above to the next. */
const POINTS_A_HALVING = 8;

/** Durations in milliseconds, in an HDR histogram with three significant figures. */
export class Durations {
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: HIGHEST, figures: 3 });

  get count(): number {
    return this.#histogram.count;
  }

  record(ms: number): void {
    this.#histogram.record(Math.min(HIGHEST, Math.max(1, Math.round(ms * NS_PER_MS))));
  }

  add(other: Durations): void {
    if (other.count > 0) this.#histogram.add(other.#histogram);
  }

  reset(): void {
    this.#histogram.reset();
  }

  at(percentile: number): number {
    return this.#histogram.percentile(percentile) / NS_PER_MS;
  }

  get latency(): Latency | null {
    if (this.count === 0) return null;
    return {
      p50: this.at(50),
      p90: this.at(90),
      p99: this.at(99),
      p999: this.at(99.9),
      max: this.#histogram.max / NS_PER_MS,
      mean: this.#histogram.mean / NS_PER_MS,
    };
  }

  /** Percentiles and what is at most that long, as far as there are durations above. */
  get curve(): readonly (readonly [percentile: number, ms: number])[] {
    const halvings = Math.floor(Math.log2(Math.max(1, this.count)));
    const points = Array.from({ length: halvings * POINTS_A_HALVING + 1 }, (_, index) => {
      const percentile = 100 * (1 - 2 ** (-index / POINTS_A_HALVING));
      return [percentile, index === 0 ? this.#histogram.min / NS_PER_MS : this.at(percentile)] as const;
    });
    return this.count === 0 ? [] : points;
  }
}
