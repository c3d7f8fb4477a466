/** Milliseconds, of one operation after the other. */
export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export async function latencyOf(
  count: number,
  warmUp: number,
  operation: () => Promise<unknown>,
): Promise<Latency> {
  for (let i = 0; i < warmUp; i += 1) await operation();
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const start = performance.now();
    await operation();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

/** Operations per second of `workers` that each do one after the other. */
export async function rateOf(
  seconds: number,
  workers: readonly (() => Promise<unknown>)[],
): Promise<{ readonly perSecond: number }> {
  const end = performance.now() + seconds * 1_000;
  let count = 0;
  const work = async (operate: () => Promise<unknown>) => {
    while (performance.now() < end) {
      await operate();
      count += 1;
    }
  };
  const start = performance.now();
  await Promise.all(workers.map(work));
  return { perSecond: count / ((performance.now() - start) / 1_000) };
}
