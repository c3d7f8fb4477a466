/** Traces of simulated clusters: the driver and the roles of production, in a world that a seed decides. */
import type { Actor } from '../../src/paxos/ballot.ts';
import type { Store } from '../../src/runtime/ports.ts';
import type { TraceEvent } from '../../src/runtime/trace.ts';
import { Tracing } from '../../src/runtime/tracing.ts';
import { drawPlan, type Plan } from '../simulation/plan.ts';
import { run } from '../simulation/run.ts';
import { traceOf } from './read.ts';

/** The lines of each actor, as its file would have them. */
export type Recorded = ReadonlyMap<Actor, string[]>;

/** One clock for all actors is a logical clock, too: it grows with every event, so no cause has a later one than its effect. */
export function recordSeed(seed: number, change: (plan: Plan) => Plan = (plan) => plan): Recorded {
  const plan = change(drawPlan(seed));
  const lines = new Map<Actor, string[]>(plan.actors.map((actor) => [actor, []]));
  const after = new Map<Actor, string>();
  let clock = 0;
  const tracing = (actor: Actor, { incarnation, identity }: Store) => {
    let number = 0;
    const note = (counter: string | null, event: TraceEvent) => {
      number += 1;
      clock += 1;
      after.set(actor, `${incarnation}.${number}`);
      const head = { actor, incarnation, number, clock, ...(counter === null ? {} : { counter }) };
      lines.get(actor)?.push(JSON.stringify({ ...head, ...event }));
    };
    const last = after.get(actor) ?? null;
    note(null, { event: 'started', actors: plan.actors, store: identity, after: last });
    return new Tracing({ note, flush: () => {} }, actor);
  };
  run(withoutLoss(plan), { withMessages: false, journal: () => {}, tracing });
  return lines;
}

/** A disk that is lost takes the trace of its actor with it. */
function withoutLoss(plan: Plan): Plan {
  return { ...plan, steps: plan.steps.filter(({ kind }) => kind !== 'wipe') };
}

export function tracesOf(recorded: Recorded) {
  return [...recorded].map(([actor, lines]) => traceOf(actor, lines));
}
