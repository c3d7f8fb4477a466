import type { Journal } from './journal.ts';
import type { Plan } from './plan.ts';
import { run } from './run.ts';
import { describeStep } from './steps.ts';
import { Violation } from './violation.ts';

/** Runs that shrinking may take, and dice that each shorter run is tried with: other delays may be needed to fail. */
const MOST_TRIES = 4_000;
const DICE = 8;

/**
 * The shortest run found that breaks the same invariant: leaves out ever smaller parts of what is done to the cluster
 * (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input), and the weather.
 */
export function shrink(
  plan: Plan,
  invariant: string,
  breaks: (plan: Plan) => string | null = brokenBy,
): { readonly plan: Plan; readonly tries: number } {
  let tries = 0;
  let shortest = plan;
  function fails(candidate: Plan): boolean {
    for (let dice = 0; dice < DICE && tries < MOST_TRIES; dice += 1) {
      tries += 1;
      const seeded = { ...candidate, seed: candidate.seed + dice * 1_000_003 };
      if (breaks(seeded) !== invariant) continue;
      shortest = seeded;
      return true;
    }
    return false;
  }
  for (const counter of plan.counters) {
    const counters = shortest.counters.filter((other) => other !== counter);
    const steps = shortest.steps.filter((step) => !('counter' in step && step.counter === counter));
    if (counters.length > 0) fails({ ...shortest, counters, steps });
  }
  for (let size = Math.ceil(shortest.steps.length / 2); tries < MOST_TRIES; size = Math.ceil(size / 2)) {
    const before = shortest.steps.length;
    for (let from = 0; from < shortest.steps.length; ) {
      const steps = shortest.steps.toSpliced(from, size);
      if (!fails({ ...shortest, steps })) from += size;
    }
    if (size === 1 && before === shortest.steps.length) break;
  }
  for (const calmer of [{ loss: 0 }, { duplication: 0 }, { delay: 2 }, { flush: 1 }])
    fails({ ...shortest, climate: { ...shortest.climate, ...calmer } });
  return { plan: shortest, tries };
}

function brokenBy(plan: Plan): string | null {
  try {
    run(plan);
    return null;
  } catch (error) {
    if (error instanceof Violation) return error.invariant;
    throw error;
  }
}

/** The run as a person reads it: the world, what was done to it, and what came of that. */
export function transcribe(plan: Plan, withMessages: boolean): string {
  const { actors, climate, minority, steps } = plan;
  const lines: string[] = [];
  let journal: Journal | null = null;
  try {
    run(plan, { withMessages, journal: (kept) => (journal = kept) });
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    lines.push(error.message);
  }
  const happened = (journal as Journal | null)?.lines ?? [];
  return [
    `# ${actors.length} actors, ${minority} without a majority; loss ${climate.loss}, duplication ${climate.duplication},`,
    `# a message takes up to ${climate.delay} ms, a flush up to ${climate.flush} ms; dice ${plan.seed}`,
    ...steps.map((step) => `# ${Math.round(step.at)} ms: ${describeStep(step)}`),
    ...happened,
    ...lines,
  ].join('\n');
}
