import { isWithin } from '../history/digits.ts';
import { describe, InvariantViolation, type Operation } from '../history/operation.ts';
import type { Cluster } from './cluster.ts';
import type { World } from './world.ts';

/** Milliseconds of virtual time that a healed cluster has to answer what is under way, to count, and to agree. */
const SETTLES_IN = 8_000;
const SERVES_IN = 1_000;
const READS_IN = 4_000;
const SHOWS_IN = 1_000;
/** Milliseconds that two proposers which duelled when the faults stopped may take to end that, before clients count it. */
const CALMS_IN = 3_000;
/**
 * Milliseconds that a 202 may take to be counted. A holder that has no majority yet may drop what it is sent; who sent it
 * sends it again after twice the longest patience of its own, slow, clock.
 */
const COUNTS_IN = 15_000;
const LOOKS_EVERY = 50;

/** Lets time pass until `isTrue`, for at most `within`; returns whether it is. */
function passes({ agenda }: World, within: number, isTrue: () => boolean): boolean {
  const end = agenda.now + within;
  while (!isTrue() && agenda.now < end) agenda.runUntil(Math.min(end, agenda.now + LOOKS_EVERY));
  return isTrue();
}

/** Everything is answered, and whoever can be linked is. */
export function converge(world: World, cluster: Cluster): void {
  const { operations } = world.history;
  const pending = () => operations.find(({ outcome }) => outcome === 'pending');
  passes(world, SETTLES_IN, () => pending() === undefined && cluster.network.isSettled);
  const unanswered = pending();
  if (unanswered !== undefined) throw new InvariantViolation(`${describe(unanswered)}: never answered`);
  if (!cluster.network.isSettled) throw new InvariantViolation('some links never come up');
  passes(world, COUNTS_IN, () => uncounted(world) === undefined);
  world.agenda.runUntil(world.agenda.now + CALMS_IN);
  const lost = uncounted(world);
  if (lost !== undefined) throw new InvariantViolation(`${describe(lost)}, and not counted after heal`);
}

/** What was answered 202 is counted as soon as a majority can be reached: before anybody asks for that counter again. */
function uncounted({ history }: World): Operation | undefined {
  const total = (counter: string) => history.chosen.get(counter)?.at(-1)?.state.total ?? 0n;
  return history.recorded.find(
    ({ outcome, counter, amount }) => outcome === 'recorded' && !isWithin(amount, total(counter)),
  );
}

/** Every actor counts again, in time. */
export function serveEverywhere(world: World, cluster: Cluster, counters: readonly string[]): void {
  const { operations } = world.history;
  const before = operations.length;
  for (const counter of counters)
    for (const actor of cluster.members) cluster.increment(actor, counter, null);
  const isServed = () => operations.slice(before).every(({ outcome }) => outcome === 'counted');
  if (passes(world, SERVES_IN, isServed)) return;
  const unserved = operations.slice(before).find(({ outcome }) => outcome !== 'counted');
  if (unserved !== undefined) throw new InvariantViolation(`after heal, ${describe(unserved)}`);
}

/** What every actor answers, which has to be one total for each counter, consistent or not. */
export function readEverywhere(
  world: World,
  cluster: Cluster,
  counters: readonly string[],
): Map<string, bigint> {
  const { operations } = world.history;
  const before = operations.length;
  const told = () => operations.slice(before);
  for (const counter of counters) for (const actor of cluster.members) cluster.read(actor, counter, false);
  passes(world, READS_IN, () => told().every(({ outcome }) => outcome !== 'pending'));
  // Within a second of a healed partition all agree, and the last increment was counted just now.
  world.agenda.runUntil(world.agenda.now + SHOWS_IN);
  for (const counter of counters) for (const actor of cluster.members) cluster.value(actor, counter);
  passes(world, SHOWS_IN, () => told().every(({ outcome }) => outcome !== 'pending'));
  const finals = new Map<string, bigint>();
  for (const operation of told()) {
    const { counter, outcome, value } = operation;
    const total = finals.get(counter) ?? value;
    if (outcome !== 'read' || total !== value)
      throw new InvariantViolation(`after heal, ${describe(operation)}, elsewhere 0o${total.toString(8)}`);
    finals.set(counter, value);
  }
  return finals;
}
