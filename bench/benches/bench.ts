import { explain } from '../../src/observe/explain.ts';
import { demandDisk, during, NotStarted } from '../during.ts';
import type { Load } from '../load/alternate.ts';
import type { Increments } from '../load/increments.ts';
import type { Measured } from '../load/measured.ts';
import { type QuorateOptions, quorate, type RunningQuorate } from '../load/quorate.ts';
import type { Params } from '../report/line.ts';
import type { Report } from '../report/report.ts';

export interface Settings {
  /** Seconds of each measurement. */
  readonly seconds: number;
  /** Seconds before each. */
  readonly warmUp: number;
  /** Seconds under load before the first measurement of what was started. */
  readonly runIn: number;
  readonly seed: number;
  readonly actors: number;
  /** Traces what the actors do, and holds it and what clients were told against the specification. */
  readonly isTraced: boolean;
  readonly durabilities: readonly QuorateOptions['durability'][];
  /** Of what a bench varies, the smallest only. */
  readonly isBrief: boolean;
  /** Of what `scale` varies, the most counters. */
  readonly limit: number;
  /** Of `soak`: operations a second. */
  readonly rate: number;
}

export interface Bench {
  readonly name: string;
  readonly goal: string;
  /** Unless it is said. */
  readonly seconds: number;
  /** The only number of them that it can be run with. */
  readonly actors?: number;
  run(settings: Settings, report: Report): Promise<void>;
}

export class Violated extends Error {
  override readonly name = 'Violated';
}

/** A cluster for one bench; afterwards all that it did is examined, if it was traced. */
export async function withQuorate<T>(
  { isTraced }: Settings,
  options: Pick<QuorateOptions, 'actors' | 'durability'>,
  use: (running: RunningQuorate) => Promise<T>,
): Promise<T> {
  if (options.durability === 'disk') demandDisk();
  return during(
    quorate({ ...options, isTraced }).start(),
    (running) => running.stop(),
    async (running) => {
      const result = await use(running);
      const violations = await running.examine();
      if (violations.length > 0) throw new Violated(violations.join('\n'));
      return result;
    },
  );
}

/** What does not start is told, and the rest goes on. */
export async function ifItStarts(name: string, report: Report, use: () => Promise<void>): Promise<void> {
  try {
    await use();
  } catch (error) {
    if (!(error instanceof NotStarted)) throw error;
    report.skipped(name, explain(error).trim());
  }
}

/** `measured` is in the order of `loads`. */
export function reportAll(
  loads: readonly Load[],
  measured: readonly Measured[],
  report: Report,
  params: Params = {},
): void {
  for (const [index, { name }] of loads.entries()) {
    const one = measured[index];
    if (one !== undefined) report.measurement(name, one, params);
  }
}

/** Every run ends so: with the sums read back, where they are kept. */
export async function verified(load: Increments, report: Report): Promise<void> {
  report.progress.show(`reading ${load.counters.length} counters back`);
  await load.close();
  if (load.isKept) report.sums(load.name, load.sums);
}
