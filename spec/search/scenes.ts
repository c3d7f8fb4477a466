/** What configurations and mutants have in common. */
import type { Actor } from '../../src/paxos/ballot.ts';
import type { Asked } from './configuration.ts';

export function increment(actor: Actor, after: number | null = null): Asked {
  return { kind: 'increment', actor, after };
}

export function read(actor: Actor, after: number | null = null): Asked {
  return { kind: 'read', actor, after };
}

/** a holds ballot 1.a, and has the vote 1.a/1 that nobody else has heard of. */
export const LEFT_BEHIND = [
  'a client increments at a by 0o1',
  "a's flush is done",
  'c receives of a: prepare 1.a',
  "c's flush is done",
  'a receives of c: promise 1.a, vote -, mark -',
  "a's flush is done",
];
