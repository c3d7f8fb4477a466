import { setTimeout as pause } from 'node:timers/promises';
import { type LoadTime, type Measured, Meter, type Worker } from './measured.ts';

/**
 * Each worker does one operation after the other: what they do in `seconds`, and how long each takes. What is done beside it
 * is only counted.
 */
export async function closedLoop(
  workers: readonly Worker[],
  { seconds, warmUp, cpu }: LoadTime,
  beside: readonly Worker[] = [],
): Promise<Measured> {
  const meter = new Meter(cpu, () => performance.now());
  const timed = workers.map((operate) => async () => {
    const start = performance.now();
    await operate();
    meter.record(performance.now() - start);
  });
  const counted = beside.map((operate) => async () => {
    await operate();
    meter.countBeside();
  });
  return meanwhile([...timed, ...counted], async () => {
    await pause(warmUp * 1_000);
    meter.start();
    await pause(seconds * 1_000);
    return meter.stop();
  });
}

/** Each worker does one operation after the other until `use` is over, or one of them fails. */
export async function meanwhile<T>(workers: readonly Worker[], use: () => Promise<T>): Promise<T> {
  let isOver = false;
  const work = async (operate: Worker) => {
    while (!isOver) await operate();
  };
  const working = Promise.all(workers.map(work));
  const failed = working.then(() => new Promise<never>(() => {}));
  try {
    return await Promise.race([use(), failed]);
  } finally {
    isOver = true;
    await working.catch(() => {});
  }
}
