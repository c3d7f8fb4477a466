import type { Actor } from './ballot.ts';

/** The smallest number of actors of which any two sets of that size share one. */
export function majority(actors: number): number {
  return Math.floor(actors / 2) + 1;
}

/** Whether a majority of `actors` is in `said`, whoever else is. */
export function isMajority(actors: readonly Actor[], said: readonly Actor[]): boolean {
  let count = 0;
  for (const actor of actors) if (said.includes(actor)) count += 1;
  return count >= majority(actors.length);
}
