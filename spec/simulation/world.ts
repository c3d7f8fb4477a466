import type { Actor } from '../../src/paxos/ballot.ts';
import type { Store } from '../../src/runtime/ports.ts';
import type { Tracing } from '../../src/runtime/tracing.ts';
import { SeededRandom } from '../history/random.ts';
import type { Agenda } from './agenda.ts';
import type { History } from './history.ts';
import type { Journal } from './journal.ts';

/** How hostile the network and the disks are. Probabilities, and milliseconds; it may change within a run. */
export interface Climate {
  readonly loss: number;
  readonly duplication: number;
  /** Of a message, at the most; each draws its own, so that they overtake each other. */
  readonly delay: number;
  /** Of a flush, at the most. */
  readonly flush: number;
}

/** What the parts of one simulated cluster share. */
export interface World {
  readonly actors: readonly Actor[];
  readonly agenda: Agenda;
  readonly history: History;
  readonly journal: Journal | null;
  /** Of each life, if what the actors do is traced. */
  readonly tracing?: ((actor: Actor, store: Store) => Tracing) | undefined;
  climate: Climate;
  /** A die for one purpose, so that a run that leaves out a fault throws the others as before. */
  die(purpose: string): SeededRandom;
}

/** FNV-1a over the purpose, from the seed on. */
export function die(seed: number, purpose: string): SeededRandom {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < purpose.length; i += 1) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
  return new SeededRandom(hash ^ Math.imul(seed, 0x9e3779b1));
}
