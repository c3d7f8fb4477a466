import { setTimeout as pause } from 'node:timers/promises';
import { Load } from '../history/load.ts';
import { InvariantViolation } from '../history/operation.ts';
import { SeededRandom } from '../history/random.ts';
import { examine } from '../history/verdict.ts';
import { type Availability, availability } from './measures.ts';
import type { Cut } from './network.ts';
import { HOT, type Scenario } from './scenarios/scenario.ts';
import { Site } from './site.ts';
import { type Recovery, Stage } from './stage.ts';

export interface RunOptions {
  readonly tarball: string;
  readonly seed: number;
  /** Else as many as the scenario has by itself. */
  readonly nodes?: number;
  readonly cut: Cut;
  readonly scale: number;
}

/** All instances together, at one moment. */
export interface Sample {
  /** Since the clients began. */
  readonly seconds: number;
  /** Of the largest instance. */
  readonly rssBytes: number;
  /** Of the instance that has most open. */
  readonly fds: number;
  readonly diskBytes: number;
}

export interface Report extends Omit<RunOptions, 'tarball'> {
  readonly scenario: string;
  readonly nodes: number;
  readonly seconds: number;
  /** Empty if the service was right. */
  readonly violations: readonly string[];
  readonly tally: Readonly<Record<string, number>>;
  readonly availability: readonly Availability[];
  readonly recoveries: readonly Recovery[];
  readonly demands: readonly { readonly what: string; readonly measured: number; readonly limit: number }[];
  /** Milliseconds after the clients had stopped. */
  readonly agreedWithin: number;
  readonly samples: readonly Sample[];
  /** What each instance logged, if something was wrong. */
  readonly logs: readonly string[];
}

const COUNTERS = [HOT, ...Array.from({ length: 7 }, (_, i) => `stock-${i + 1}`)];
/** A client that waits for a consistent read must not keep others from writing. */
const MIXES = [
  { reads: 0, values: 0.1 },
  { reads: 0, values: 0.1 },
  { reads: 0.8, values: 0.2 },
];
/** Milliseconds between two operations of a client. */
const PACE = 20;
const SAMPLE_EVERY_MS = 1_000;

/** Sets the stage, plays the scenario, looks at what came of it, and removes everything again. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Report> {
  const { tarball, seed, cut, scale, nodes = scenario.nodes } = options;
  const began = performance.now();
  const random = new SeededRandom(seed);
  const site = await Site.create(tarball, nodes);
  const load = new Load({
    targets: site.instances,
    clients: MIXES.length * nodes,
    mixes: MIXES,
    counters: COUNTERS,
    seed,
    pinned: true,
    pace: PACE,
    ...scenario.load,
  });
  const stage = new Stage({ site, load, random, cut, scale });
  const violations: string[] = [];
  const watch = new Watch(site);
  try {
    await site.open(site.instances.slice(0, nodes - (scenario.late ?? 0)));
    await scenario.prepare?.(stage);
    load.start();
    watch.start();
    try {
      await scenario.run(stage);
    } catch (error) {
      violations.push(describeError(error));
    }
    stage.endPhase();
    await load.stop();
    const verdict = await examine(site.instances, load);
    violations.push(...verdict.violations);
    const samples = await watch.stop();
    violations.push(...(await site.examineTraces(load.operations)));
    const seen = stage.phases.flatMap((phase) => availability(load.operations, phase));
    const demands = violations.length > 0 ? [] : stage.demands;
    return {
      scenario: scenario.name,
      nodes,
      seed,
      cut,
      scale,
      seconds: (performance.now() - began) / 1_000,
      violations,
      tally: Object.fromEntries(verdict.tally),
      availability: seen,
      recoveries: stage.recoveries,
      demands: demands.map(({ what, limit, measure }) => ({ what, limit, measured: measure(seen) })),
      agreedWithin: verdict.agreedWithin,
      samples,
      logs: violations.length === 0 ? [] : await Promise.all(site.instances.map((one) => site.log(one))),
    };
  } finally {
    await load.stop();
    await watch.stop();
    await site.remove();
  }
}

/** What a scenario itself finds wrong is a violation; all else is a fault of the harness, or of the machine. */
function describeError(error: unknown): string {
  if (error instanceof InvariantViolation) return error.message;
  throw error;
}

/** Looks at processes and disk every second. */
class Watch {
  readonly #site: Site;
  readonly #samples: Sample[] = [];
  readonly #stopping = new AbortController();
  #watching: Promise<void> = Promise.resolve();

  constructor(site: Site) {
    this.#site = site;
  }

  start(): void {
    this.#watching = this.#watch();
  }

  async stop(): Promise<readonly Sample[]> {
    this.#stopping.abort();
    await this.#watching;
    return this.#samples;
  }

  async #watch(): Promise<void> {
    const start = performance.now();
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const usages = await Promise.all(this.#site.instances.map((instance) => instance.usage()));
      this.#samples.push({
        seconds: (performance.now() - start) / 1_000,
        rssBytes: Math.max(...usages.map((usage) => usage?.rssBytes ?? 0)),
        fds: Math.max(...usages.map((usage) => usage?.fds ?? 0)),
        diskBytes: await this.#site.diskBytes(),
      });
      await pause(SAMPLE_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  }
}
