import { setTimeout as pause } from 'node:timers/promises';
import { missing } from '../../spec/harness/network.ts';
import { during } from '../during.ts';
import { meanwhile } from '../load/closed-loop.ts';
import { type Gap, Gaps, sorted } from '../load/gaps.ts';
import { PartitionedCluster } from '../load/partitioned.ts';
import { QuorateClient, type RunningQuorate } from '../load/quorate.ts';
import { Sums } from '../load/sums.ts';
import type { Report, Unfinished } from '../report/report.ts';
import { type Bench, type Settings, withQuorate } from './bench.ts';

/** One client each. */
const COUNTERS = 20;
/** Milliseconds between two increments of a client: what a gap can be told to. */
const PACE_MS = 5;
/** Milliseconds without a fault, to compare. */
const STEADY_MS = 1_000;
const ROUNDS = 5;

export const failover: Bench = {
  name: 'failover',
  goal: 'for how long counters are not served after kill -9, SIGSTOP and a partition of their holder',
  seconds: 3,
  async run(settings, report) {
    await withQuorate(settings, { actors: settings.actors, durability: 'disk' }, async (running) => {
      await measure(killing(running), settings, report);
      await measure(stopping(running), settings, report);
    });
    const reason = missing();
    if (reason !== null) {
      report.skipped('partition', reason);
      return;
    }
    report.progress.show('making a network');
    const starting = PartitionedCluster.start(settings.actors, ['--log-level', 'error']);
    await during(
      starting,
      (cluster) => cluster.stop(),
      (cluster) => measure(partitioning(cluster), settings, report),
    );
  },
};

interface Fault {
  readonly name: string;
  connect(actor: number): Promise<QuorateClient>;
  strike(actor: number): Promise<unknown> | undefined;
  /** All is as it was before, and every actor serves. */
  mend(actor: number): Promise<void>;
}

async function measure(fault: Fault, settings: Settings, report: Report): Promise<void> {
  const gaps: Gap[] = [];
  const steady: Gap[] = [];
  const sums = new Sums();
  const rounds = settings.isBrief ? 1 : ROUNDS;
  for (let round = 1; round <= rounds; round += 1) {
    report.progress.show(`${fault.name}, round ${round} of ${rounds}`);
    const [before, after] = await strike(fault, round, sums, settings);
    steady.push(...before);
    gaps.push(...after);
    const longest = after.at(-1);
    if (longest !== undefined) {
      const params = { series: fault.name, round };
      report.figure(`${fault.name}: gap, longest of round ${round}`, told(longest), 'ms', params);
    }
  }
  const say = (what: string, all: readonly Gap[]) => {
    const inOrder = sorted(all);
    const middle = inOrder[Math.floor(inOrder.length / 2)];
    const figure = (which: string, gap: Gap | undefined) => {
      if (gap === undefined) throw new RangeError(`${fault.name}: no counter was served`);
      report.figure(`${fault.name}: ${what}, ${which}`, told(gap), 'ms', { fault: fault.name });
    };
    figure('median of counters', middle);
    figure('longest', inOrder.at(-1));
  };
  say('gap without a fault', steady);
  say('gap', gaps);
  report.sums(fault.name, sums);
}

function told({ ms, isOpen }: Gap): Unfinished {
  return { value: ms, isAtLeast: isOpen };
}

/** The longest gaps of counters that the actor holds which is struck: before, and from then on. */
async function strike(
  fault: Fault,
  round: number,
  sums: Sums,
  { seconds, actors }: Settings,
): Promise<readonly [readonly Gap[], readonly Gap[]]> {
  const victim = round % actors;
  const others = Array.from({ length: actors }, (_, index) => index).filter((index) => index !== victim);
  const names = Array.from(
    { length: COUNTERS },
    (_, index) => `${fault.name.replaceAll(' ', '')}-${round}-${index}`,
  );
  const [holder, ...clients] = await Promise.all([
    fault.connect(victim),
    ...names.map((_, index) => fault.connect(others[index % others.length] ?? 0)),
  ]);
  // Whoever is asked first holds the counter.
  for (const name of names) await sums.add(holder, name);
  const gaps = new Gaps();
  const workers = clients.map((client, index) => async () => {
    const name = names[index] ?? '';
    const outcome = await sums.add(client, name);
    if (outcome === 'counted') gaps.served(name, performance.now());
    await pause(PACE_MS);
  });
  const found = await meanwhile(workers, async () => {
    await pause(STEADY_MS);
    gaps.restart();
    await pause(STEADY_MS);
    const before = gaps.longest(performance.now());
    gaps.restart();
    await fault.strike(victim);
    await pause(seconds * 1_000);
    return [before, gaps.longest(performance.now())] as const;
  });
  await fault.mend(victim);
  await sums.verify(clients);
  for (const client of [holder, ...clients]) client.close();
  return found;
}

function killing(running: RunningQuorate): Fault {
  return {
    name: 'kill -9',
    connect: (index) => running.connect(index),
    strike: (index) => running.actor(index).end('SIGKILL'),
    async mend(index) {
      await running.actor(index).start();
      await running.actor(index).ready();
    },
  };
}

function stopping(running: RunningQuorate): Fault {
  return {
    name: 'SIGSTOP',
    connect: (index) => running.connect(index),
    strike: async (index) => running.actor(index).signal('SIGSTOP'),
    async mend(index) {
      running.actor(index).signal('SIGCONT');
      for (const { url } of running.cluster.actors) await readyAt(url);
    },
  };
}

function partitioning(cluster: PartitionedCluster): Fault {
  return {
    name: 'partition',
    connect: (index) => QuorateClient.open({ url: cluster.url(index), actor: '' }),
    strike: (index) => cluster.isolate(index),
    async mend() {
      await cluster.heal();
      await cluster.ready();
    },
  };
}

async function readyAt(url: string): Promise<void> {
  while ((await fetch(`${url}/readyz`)).status !== 200) await pause(PACE_MS);
}
