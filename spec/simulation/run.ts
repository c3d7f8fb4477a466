import type { Actor } from '../../src/paxos/ballot.ts';
import { kept } from '../history/kept.ts';
import { linearizable } from '../history/linearizable.ts';
import { monotone } from '../history/monotone.ts';
import { InvariantViolation, type Operation } from '../history/operation.ts';
import { SeededRandom } from '../history/random.ts';
import { recorded } from '../history/recorded.ts';
import { Agenda } from './agenda.ts';
import { type Climate, Cluster } from './cluster.ts';
import { History } from './history.ts';
import { chain } from './invariants/chain.ts';
import { once } from './invariants/once.ts';
import { shown } from './invariants/shown.ts';

export interface RunReport {
  readonly seed: number;
  readonly actors: number;
  readonly events: number;
  readonly chosen: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly virtualMs: number;
}

/** Milliseconds of virtual time that a run has for its faults, and a healed cluster to answer everything and agree. */
const FAULTS_FOR = 6_000;
const CONVERGES_IN = 8_000;
const SERVES_IN = 4_000;
const READS_IN = 4_000;

/** One run: first safety under faults, then all faults stop and the cluster has to converge and serve. Throws on a violation. */
export function runSeed(seed: number): RunReport {
  const random = new SeededRandom(seed);
  const agenda = new Agenda();
  const size = 3 + random.below(3);
  const history = new History(size);
  const climate = drawClimate(random);
  const cluster = new Cluster(size, agenda, random, history, climate);
  const counters = Array.from({ length: 1 + random.below(3) }, (_, i) => `counter-${i + 1}`);
  scheduleLoad(agenda, random, cluster, counters);
  scheduleFaults(agenda, random, cluster);
  agenda.runUntil(FAULTS_FOR);
  cluster.heal();
  agenda.runUntil(FAULTS_FOR + CONVERGES_IN);
  // In a slow world a batch of two duelling proposers may take longer than its clients wait.
  const isFast = climate.delay <= 20 && climate.flush <= 10;
  const goodOutcomes = isFast ? ['counted'] : ['counted', 'recorded', 'unknown'];
  serveEverywhere(agenda, history, cluster, counters, goodOutcomes);
  const finals = readEverywhere(agenda, history, cluster, counters);
  chain(history);
  once(history);
  linearizable(history);
  recorded(history);
  monotone(history);
  shown(history);
  kept(history, finals);
  const chosen = [...history.chosen.values()].reduce((sum, votes) => sum + votes.length, 0);
  if (chosen === 0) throw new InvariantViolation('nothing was chosen');
  const outcomes: Record<string, number> = {};
  for (const { kind, outcome } of history.operations) {
    outcomes[`${kind} ${outcome}`] = (outcomes[`${kind} ${outcome}`] ?? 0) + 1;
  }
  return { seed, actors: size, events: agenda.events, chosen, outcomes, virtualMs: agenda.now };
}

function drawClimate(random: SeededRandom): Climate {
  return {
    loss: random.pick([0, 0, 0.02, 0.2]),
    duplication: random.pick([0, 0.05, 0.3]),
    delay: random.pick([2, 20, 150]),
    flush: random.pick([1, 10, 60]),
    minority: random.chance(0.8) ? 'accept' : 'refuse',
    hotCounters: random.pick([0, 1, 1_000]),
  };
}

function scheduleLoad(
  agenda: Agenda,
  random: SeededRandom,
  cluster: Cluster,
  counters: readonly string[],
): void {
  const pace = random.pick([20, 80, 300]);
  const operate = () => {
    if (agenda.now >= FAULTS_FOR) return;
    const [actor, counter, dice] = [random.pick(cluster.actors), random.pick(counters), random.next()];
    if (dice < 0.6) cluster.increment(actor, counter);
    else if (dice < 0.85) cluster.read(actor, counter);
    else cluster.value(actor, counter);
    agenda.after(random.next() * 2 * pace, operate);
  };
  agenda.after(random.next() * 300, operate);
}

function scheduleFaults(agenda: Agenda, random: SeededRandom, cluster: Cluster): void {
  const { actors } = cluster;
  const faults: (() => () => void)[] = [
    () => {
      const actor = random.pick(actors);
      cluster.crash(actor);
      return () => cluster.start(actor);
    },
    () => {
      for (const actor of actors) cluster.crash(actor);
      return () => {
        for (const actor of actors) cluster.start(actor);
      };
    },
    () => {
      const actor = random.pick(actors);
      cluster.pause(actor);
      return () => cluster.resume(actor);
    },
    () =>
      cutBetween(
        cluster,
        [random.pick(actors)],
        actors,
        random.pick(['one way', 'other way', 'both'] as const),
      ),
    () =>
      cutBetween(
        cluster,
        actors.filter(() => random.chance(0.5)),
        actors,
        'both',
      ),
    () => cutBetween(cluster, [random.pick(actors)], [random.pick(actors)], 'both'),
  ];
  const strike = () => {
    if (agenda.now >= FAULTS_FOR) return;
    agenda.after(random.between(50, 2_500), random.pick(faults)());
    agenda.after(random.between(100, 2_000), strike);
  };
  agenda.after(random.between(100, 1_500), strike);
}

/** Cuts what `some` of `all` say to, or hear from, those of `all` that are not among them; returns how to mend it. */
function cutBetween(
  cluster: Cluster,
  some: readonly Actor[],
  all: readonly Actor[],
  way: 'one way' | 'other way' | 'both',
): () => void {
  const pairs = some.flatMap((a) => all.filter((b) => !some.includes(b)).map((b) => [a, b] as const));
  const directed = pairs.flatMap(([a, b]) => [
    ...(way === 'other way' ? [] : [[a, b] as const]),
    ...(way === 'one way' ? [] : [[b, a] as const]),
  ]);
  for (const [from, to] of directed) cluster.cut(from, to);
  return () => {
    for (const [from, to] of directed) cluster.mend(from, to);
  };
}

/** Everything was answered, and every actor counts again. */
function serveEverywhere(
  agenda: Agenda,
  history: History,
  cluster: Cluster,
  counters: readonly string[],
  goodOutcomes: readonly string[],
): void {
  const pending = history.operations.find(({ outcome }) => outcome === 'pending');
  if (pending !== undefined)
    throw new InvariantViolation(`a ${pending.kind} at ${pending.actor} is never answered`);
  const before = history.operations.length;
  for (const counter of counters) for (const actor of cluster.actors) cluster.increment(actor, counter);
  agenda.runUntil(agenda.now + SERVES_IN);
  for (const { actor, outcome } of history.operations.slice(before)) {
    if (!goodOutcomes.includes(outcome))
      throw new InvariantViolation(`after heal, an increment at ${actor} is ${outcome}`);
  }
}

/** What every actor answers, which has to be one total for each counter, consistent or not. */
function readEverywhere(agenda: Agenda, history: History, cluster: Cluster, counters: readonly string[]) {
  const before = history.operations.length;
  for (const counter of counters) for (const actor of cluster.actors) cluster.read(actor, counter);
  agenda.runUntil(agenda.now + READS_IN);
  for (const counter of counters) for (const actor of cluster.actors) cluster.value(actor, counter);
  agenda.runUntil(agenda.now + 1_000);
  const finals = new Map<string, bigint>();
  for (const operation of history.operations.slice(before)) {
    const { kind, actor, counter, outcome, value } = operation;
    if (outcome !== 'read') throw new InvariantViolation(`after heal, a ${kind} at ${actor} is ${outcome}`);
    const other = finals.get(counter) ?? value;
    if (other !== value)
      throw new InvariantViolation(`after heal, ${describe(operation)}, elsewhere 0o${other.toString(8)}`);
    finals.set(counter, value);
  }
  return finals;
}

function describe({ kind, actor, counter, value }: Operation): string {
  return `${kind} of ${counter} at ${actor} is 0o${value.toString(8)}`;
}
