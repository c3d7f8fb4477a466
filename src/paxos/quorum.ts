import type { Actor } from './ballot.ts';

/** The smallest number of actors of which any two sets of that size share one. */
export function majority(actors: number): number {
  return Math.floor(actors / 2) + 1;
}

export type Tally = 'reached' | 'impossible' | 'pending';

/** Whether a majority of `actors` said yes, can no longer say yes, or is still to be heard. */
export function tally(actors: readonly Actor[], yes: ReadonlySet<Actor>, no: ReadonlySet<Actor>): Tally {
  const needed = majority(actors.length);
  let said = 0;
  let silent = 0;
  for (const actor of actors) {
    if (yes.has(actor)) said += 1;
    else if (!no.has(actor)) silent += 1;
  }
  if (said >= needed) return 'reached';
  return said + silent < needed ? 'impossible' : 'pending';
}
