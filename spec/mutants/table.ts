import type { Mutant } from './mutant.ts';
import { OF_COUNTERS } from './of-counters.ts';
import { OF_PAXOS } from './of-paxos.ts';

/** `npm run mutants` finds seeds and invariants anew, for whoever changes what the simulation does. */
export const MUTANTS: readonly Mutant[] = [...OF_PAXOS, ...OF_COUNTERS];
