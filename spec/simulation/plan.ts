import type { Actor } from '../../src/paxos/ballot.ts';
import type { ClusterOptions } from './cluster.ts';
import { drawAmbushes, drawLostDisks, drawRecoveries, drawSlowPromises } from './moods.ts';
import {
  drawComebacks,
  drawLeftBehind,
  drawRestartedLearners,
  drawRestartedReaders,
} from './reading-moods.ts';
import type { Step } from './steps.ts';
import { drawSwarm } from './swarm.ts';
import { type Climate, die } from './world.ts';

/** All of one run but the dice of the network, the disks and the drivers, which `seed` throws. */
export interface Plan extends Omit<ClusterOptions, 'late'> {
  readonly seed: number;
  readonly actors: readonly Actor[];
  readonly counters: readonly string[];
  readonly climate: Climate;
  readonly steps: readonly Step[];
}

/** Milliseconds of virtual time that a run has for its faults. */
export const FAULTS_FOR = 6_000;

/** What a mood decides: how the world is, and what is done to it. */
export type Drawn = Pick<Plan, 'actors' | 'counters' | 'climate' | 'steps' | 'minority'>;

/** Many runs are a swarm of whatever may happen; the others look for trouble where it is known to be. */
const MOODS = [
  ...[drawSwarm, drawSwarm, drawSwarm, drawSwarm, drawRestartedLearners, drawAmbushes, drawAmbushes],
  ...[drawSlowPromises, drawRecoveries, drawComebacks, drawLeftBehind, drawRestartedReaders, drawLostDisks],
];

export function drawPlan(seed: number): Plan {
  const random = die(seed, 'plan');
  const drawn = random.pick(MOODS)(random);
  return {
    seed,
    hotCounters: random.pick([0, 1, 1_000]),
    ...drawn,
    steps: drawn.steps.filter(({ at }) => at < FAULTS_FOR).sort((a, b) => a.at - b.at),
  };
}
