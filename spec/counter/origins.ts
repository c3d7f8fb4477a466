import { type Counted, Origins } from '../../src/counter/state.ts';
import type { Actor } from '../../src/paxos/ballot.ts';

/** Of entries as a Map has them: the last one of an origin counts. */
export function originsOf(entries: Iterable<readonly [Actor, Counted]>): Origins {
  let origins = new Origins();
  for (const [origin, counted] of entries) origins = origins.with(origin, counted);
  return origins;
}
