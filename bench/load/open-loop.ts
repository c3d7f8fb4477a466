import { Durations } from './histogram.ts';
import { type LoadTime, type Measured, Meter, type Worker } from './measured.ts';
import { type Metronome, preciseMetronome } from './metronome.ts';

export interface OpenLoopTime extends LoadTime {
  /** Operations a second. */
  readonly rate: number;
  readonly metronome?: Metronome;
}

export interface OpenMeasured extends Measured {
  /** How long after an operation fell due the load itself saw that it did: what this machine adds to the latencies. */
  readonly lateness: Durations;
}

/**
 * Operations fall due at a constant rate, whether or not those before have ended, and are measured from when they fell
 * due: a server that stalls is late for all that should have been served meanwhile (no coordinated omission).
 */
export async function openLoop(
  workers: readonly Worker[],
  { seconds, warmUp, cpu, rate, metronome = preciseMetronome }: OpenLoopTime,
): Promise<OpenMeasured> {
  const { now } = metronome;
  const meter = new Meter(cpu, now);
  const lateness = new Durations();
  const free = [...workers];
  const due: number[] = [];
  const underWay = new Set<Promise<void>>();
  let failure: unknown = null;
  let since = Number.POSITIVE_INFINITY;

  const work = async (operate: Worker, first: number) => {
    for (let intended: number | undefined = first; intended !== undefined; intended = due.shift()) {
      await operate();
      if (intended >= since) meter.record(now() - intended);
    }
    free.push(operate);
  };
  const fallDue = (intended: number) => {
    lateness.record(now() - intended);
    const worker = free.pop();
    if (worker === undefined) {
      due.push(intended);
      return;
    }
    const working = work(worker, intended)
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => underWay.delete(working));
    underWay.add(working);
  };

  await metronome.beat(rate, warmUp, fallDue);
  await metronome.beat(rate, seconds, (intended) => {
    if (since > intended) {
      since = intended;
      meter.start();
      lateness.reset();
    }
    fallDue(intended);
  });
  // What fell due is waited for: leaving it out would omit just the slowest.
  while (underWay.size > 0) await Promise.all(underWay);
  if (failure !== null) throw failure;
  return { ...meter.stop(), lateness };
}
