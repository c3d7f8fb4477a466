import type { LoadOptions } from '../../history/load.ts';
import type { Stage } from '../stage.ts';

export interface Scenario {
  readonly name: string;
  /** What it is to show, and how. */
  readonly goal: string;
  readonly nodes: number;
  /** Where it differs from what clients usually do. */
  readonly load?: Partial<LoadOptions>;
  /** Instances that are not started, and get no config, at first: the last so many. */
  readonly late?: number;
  /** Before the clients begin. */
  prepare?(stage: Stage): Promise<void>;
  run(stage: Stage): Promise<void>;
}

/** The counter that is written most, or alone. */
export const HOT = 'hot';
