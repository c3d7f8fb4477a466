import { kept } from '../history/kept.ts';
import { linearizable } from '../history/linearizable.ts';
import { monotone } from '../history/monotone.ts';
import { recorded } from '../history/recorded.ts';
import { Agenda } from './agenda.ts';
import { Cluster } from './cluster.ts';
import { converge, readEverywhere, serveEverywhere } from './convergence.ts';
import { History } from './history.ts';
import { chain } from './invariants/chain.ts';
import { once } from './invariants/once.ts';
import { shown } from './invariants/shown.ts';
import { Journal } from './journal.ts';
import { drawPlan, FAULTS_FOR, type Plan } from './plan.ts';
import { perform } from './steps.ts';
import { must } from './violation.ts';
import { die, type World } from './world.ts';

export interface RunReport {
  readonly seed: number;
  readonly actors: number;
  readonly events: number;
  readonly chosen: number;
  /** How often clients' operations ended how, and which faults struck: `increment counted`, `crash`. */
  readonly tally: Readonly<Record<string, number>>;
  /** Milliseconds from the end of all faults until all was answered, counted and agreed upon. */
  readonly convergedIn: number;
  readonly virtualMs: number;
}

const AT_THE_END = { chain, once, shown, linearizable, recorded, monotone };

export interface Reading {
  readonly withMessages: boolean;
  /** Is handed the journal before the run begins, so that it has it whatever becomes of the run. */
  readonly journal: (journal: Journal) => void;
  readonly tracing?: World['tracing'];
}

export function runSeed(seed: number, reading: Reading | null = null): RunReport {
  return run(drawPlan(seed), reading);
}

/** One run: first safety under faults, then all faults stop and the cluster has to converge and serve. Throws a Violation. */
export function run(plan: Plan, reading: Reading | null = null): RunReport {
  const { seed, actors, counters, steps } = plan;
  const agenda = new Agenda();
  const history = new History(actors.length);
  const journal = reading === null ? null : new Journal(agenda, reading.withMessages);
  if (journal !== null) reading?.journal(journal);
  const world: World = {
    actors,
    agenda,
    history,
    journal,
    climate: plan.climate,
    tracing: reading?.tracing,
    die: (purpose) => die(seed, purpose),
  };
  return must('no actor stops', () => {
    const late = new Set(steps.flatMap((step) => (step.kind === 'configure' ? [step.actor] : [])));
    const cluster = new Cluster(world, { ...plan, late });
    for (const step of steps) agenda.after(step.at, () => perform(step, cluster, world));
    agenda.runUntil(FAULTS_FOR);
    cluster.heal();
    must('converges', () => converge(world, cluster));
    must('serves', () => serveEverywhere(world, cluster, counters));
    const finals = must('agrees', () => readEverywhere(world, cluster, counters));
    for (const [invariant, check] of Object.entries(AT_THE_END)) must(invariant, () => check(history));
    must('kept', () => kept(history, finals));
    return {
      seed,
      actors: actors.length,
      events: agenda.events,
      chosen: [...history.chosen.values()].reduce((sum, votes) => sum + votes.length, 0),
      tally: {
        ...Object.fromEntries(history.struck),
        ...tally([
          ...steps.map(({ kind }) => kind).filter((kind) => !['increment', 'read', 'value'].includes(kind)),
          ...history.operations.map(({ kind, outcome }) => `${kind} ${outcome}`),
        ]),
      },
      convergedIn: agenda.now - FAULTS_FOR,
      virtualMs: agenda.now,
    };
  });
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
