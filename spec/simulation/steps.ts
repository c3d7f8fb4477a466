import type { Actor } from '../../src/paxos/ballot.ts';
import type { Agenda } from './agenda.ts';
import type { Cluster } from './cluster.ts';
import type { DiskFault, Moment } from './host.ts';
import type { Climate, World } from './world.ts';

/** What is done to a cluster, and when: a run is a list of these, and a shorter list is a shorter run. Milliseconds. */
export type Step = { readonly at: number } & (Operate | Fault);

type Operate =
  | {
      readonly kind: 'increment';
      readonly actor: Actor;
      readonly counter: string;
      readonly again: Actor | null;
    }
  | { readonly kind: 'read'; readonly actor: Actor; readonly counter: string; readonly all: boolean }
  | { readonly kind: 'value'; readonly actor: Actor; readonly counter: string }
  /** The actor was started without a config; here it comes. */
  | { readonly kind: 'configure'; readonly actor: Actor }
  | { readonly kind: 'jump'; readonly actor: Actor; readonly ticks: number }
  | { readonly kind: 'wipe'; readonly actor: Actor };

/** What ends after a while; or when all faults stop. */
type Fault = { readonly for: number } & (
  | { readonly kind: 'crash'; readonly actors: readonly Actor[] }
  | { readonly kind: 'pause'; readonly actor: Actor }
  | { readonly kind: 'slow process'; readonly actor: Actor; readonly takes: number }
  | { readonly kind: 'clock'; readonly actor: Actor; readonly rate: number }
  | { readonly kind: 'disk'; readonly actor: Actor; readonly fault: DiskFault }
  | { readonly kind: 'slow disk'; readonly actor: Actor; readonly times: number }
  | { readonly kind: 'cut'; readonly ways: readonly Way[] }
  | { readonly kind: 'slow link'; readonly ways: readonly Way[]; readonly takes: number }
  | { readonly kind: 'weather'; readonly climate: Climate }
  /** At its next `moment`, the actor crashes or pauses, or nothing is heard any more of it, or by it. */
  | {
      readonly kind: 'ambush';
      readonly actor: Actor;
      readonly moment: Moment;
      readonly with: 'crash' | 'silence' | 'deafness' | 'pause';
    }
);

type Way = readonly [from: Actor, to: Actor];

export function perform(step: Step, cluster: Cluster, world: World): void {
  if (step.kind !== 'increment' && step.kind !== 'read' && step.kind !== 'value')
    world.journal?.note(`> ${describeStep(step)}`);
  const { agenda } = world;
  switch (step.kind) {
    case 'increment':
      cluster.increment(step.actor, step.counter, step.again);
      break;
    case 'read':
      cluster.read(step.actor, step.counter, step.all);
      break;
    case 'value':
      cluster.value(step.actor, step.counter);
      break;
    case 'configure':
      cluster.host(step.actor).start();
      break;
    case 'jump':
      cluster.host(step.actor).jump(step.ticks);
      break;
    case 'wipe':
      cluster.wipe(step.actor);
      cluster.host(step.actor).start();
      break;
    case 'ambush':
      cluster.host(step.actor).ambush(step.moment, () => {
        until(step.for, strike(step, cluster), cluster, agenda);
      });
      break;
    default:
      until(step.for, begin(step, cluster, world), cluster, agenda);
  }
}

function until(time: number, end: () => void, cluster: Cluster, agenda: Agenda): void {
  agenda.after(time, () => !cluster.isHealed && end());
}

function strike(step: Step & { kind: 'ambush' }, cluster: Cluster): () => void {
  const host = cluster.host(step.actor);
  switch (step.with) {
    case 'crash':
      host.crash();
      return () => host.start();
    case 'pause':
      host.pause(true);
      return () => host.pause(false);
    default: {
      const others = cluster.members.filter((actor) => actor !== step.actor);
      const isSilent = step.with === 'silence';
      const cutAll = (isCut: boolean) => {
        for (const other of others) {
          if (isSilent) cluster.network.cut(step.actor, other, isCut);
          else cluster.network.cut(other, step.actor, isCut);
        }
      };
      cutAll(true);
      return () => cutAll(false);
    }
  }
}

/** Returns how it ends. */
function begin(step: Step & Exclude<Fault, { kind: 'ambush' }>, cluster: Cluster, world: World): () => void {
  const { network } = cluster;
  switch (step.kind) {
    case 'crash':
      for (const actor of step.actors) cluster.host(actor).crash();
      return () => {
        for (const actor of step.actors) cluster.host(actor).start();
      };
    case 'cut':
      for (const [from, to] of step.ways) network.cut(from, to, true);
      return () => {
        for (const [from, to] of step.ways) network.cut(from, to, false);
      };
    case 'slow link':
      for (const [from, to] of step.ways) network.slow(from, to, step.takes);
      return () => {
        for (const [from, to] of step.ways) network.slow(from, to, 0);
      };
    case 'weather': {
      const before = world.climate;
      world.climate = step.climate;
      return () => {
        world.climate = before;
      };
    }
    default:
      return befall(step, cluster);
  }
}

function befall(
  step: Step & { kind: 'pause' | 'slow process' | 'clock' | 'disk' | 'slow disk' },
  cluster: Cluster,
): () => void {
  const host = cluster.host(step.actor);
  switch (step.kind) {
    case 'pause':
      host.pause(true);
      return () => host.pause(false);
    case 'slow process':
      host.slowness = step.takes;
      return () => {
        host.slowness = 0;
      };
    case 'clock':
      host.clockRate = step.rate;
      return () => {
        host.clockRate = 1;
      };
    case 'slow disk':
      host.diskSlowness = step.times;
      return () => {
        host.diskSlowness = 1;
      };
    case 'disk':
      host.diskFault = step.fault;
      return () => {
        host.diskFault = null;
        // Its store has failed for good; somebody starts it anew.
        host.crash();
        host.start();
      };
  }
}

/** One line for a person. */
export function describeStep(step: Step): string {
  const { at: _, kind, ...rest } = step;
  const said = Object.entries(rest).map(([key, value]) => {
    if (key === 'for') return `for ${Math.round(Number(value))} ms`;
    if (key === 'ways') return (value as unknown as Way[]).map((way) => way.join('>')).join(' ');
    if (key === 'actor' || key === 'counter') return String(value);
    return `${key} ${typeof value === 'object' ? JSON.stringify(value)?.replaceAll('"', '') : value}`;
  });
  return `${kind} ${said.join(', ')}`;
}
