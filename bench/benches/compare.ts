import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareKoa } from '../bounds/koa.ts';
import { during } from '../during.ts';
import { alternate } from '../load/alternate.ts';
import { Increments } from '../load/increments.ts';
import { type Merged, median, perSecond, ratioOf } from '../load/measured.ts';
import { quorate } from '../load/quorate.ts';
import { runIn } from '../load/run-in.ts';
import { peers } from '../peers/all.ts';
import type { Peer, RunningPeer } from '../peers/peer.ts';
import type { Report } from '../report/report.ts';
import { type Bench, ifItStarts, reportAll, type Settings, verified, withQuorate } from './bench.ts';

const ROUNDS = 4;

/** The same work for all. */
const WORKS = [
  { name: '64 clients, 100 counters', clients: 64, counters: 100 },
  { name: '64 clients, one counter', clients: 64, counters: 1 },
  { name: 'one client, one counter', clients: 1, counters: 1 },
] as const;

type Work = (typeof WORKS)[number];

/** How many times as many increments a second, with many clients and counters. */
const FASTER: readonly (readonly [peer: RegExp, times: number])[] = [
  [/^etcd/, 10],
  [/^NATS/, 2.5],
  [/^PostgreSQL/, 2],
  [/^Valkey.*WAITAOF 1 1/, 0.7],
];
/** Whose median of one client has to be longer. */
const SLOWER = /^(etcd|NATS|PostgreSQL)/;

export const compare: Bench = {
  name: 'compare',
  goal: 'the same increments on the databases that are installed, as ratios',
  seconds: 6,
  /** As many nodes as the peers have. */
  actors: 3,
  run: (settings, report) =>
    withQuorate(settings, { actors: settings.actors, durability: 'disk' }, async (running) => {
      const own = quorate({ actors: settings.actors, durability: 'disk' });
      report.peer(own, (await own.version()).version);
      await runIn('Quorate', running, settings, report.progress);
      const inProcess = quorate({ actors: settings.actors, durability: 'process' });
      for (const peer of [bareKoa(settings.actors), inProcess, ...peers]) {
        const found = await peer.version();
        if ('reason' in found) report.skipped(peer.name, found.reason);
        else {
          const { version } = found;
          await ifItStarts(peer.name, report, () => besides(running, peer, version, settings, report));
        }
      }
    }),
};

/** One peer at a time, and taking turns with Quorate: each ratio has been measured side by side. */
async function besides(
  running: RunningPeer,
  peer: Peer,
  version: string,
  settings: Settings,
  report: Report,
): Promise<void> {
  report.peer(peer, version);
  report.progress.show(`starting ${peer.name}`);
  const start = async () => {
    const directory = await mkdtemp(join(tmpdir(), 'peer-'));
    await chmod(directory, 0o755);
    return { directory, started: await peer.start(directory) };
  };
  await during(
    start(),
    async ({ directory, started }) => {
      await started.stop();
      await rm(directory, { recursive: true, force: true });
    },
    async ({ started }) => {
      await runIn(peer.name, started, settings, report.progress);
      for (const work of WORKS) await sideBySide(work, { running, started }, peer, settings, report);
    },
  );
}

async function sideBySide(
  work: Work,
  { running, started }: { readonly running: RunningPeer; readonly started: RunningPeer },
  peer: Peer,
  settings: Settings,
  report: Report,
): Promise<void> {
  report.progress.show(`${peer.name}: ${work.counters} counters, each written once`);
  const { clients, counters } = work;
  const open = (name: string, on: RunningPeer) =>
    Increments.open({ name: `${name}: ${work.name}`, running: on, clients, counters, seed: settings.seed });
  // Named by its peer: it is measured anew beside each.
  const loads = [await open(`Quorate beside ${peer.name}`, running), await open(peer.name, started)];
  const measured = await alternate(loads, { ...settings, rounds: ROUNDS }, report.progress);
  reportAll(loads, measured, report, { plot: work.name, peer: peer.name, clients, counters });
  judge(work, peer, measured, report);
  for (const load of loads) await verified(load, report);
}

function judge(work: Work, { name }: Peer, [own, other]: readonly Merged[], report: Report): void {
  if (own === undefined || other === undefined) return;
  const faster = ratioOf(perSecond, own, other);
  const quicker = ratioOf(median, own, other);
  const bound = FASTER.find(([peer]) => peer.test(name))?.[1];
  const rates = `increments a second of Quorate, of ${name}, ${work.name}`;
  if (bound !== undefined && work === WORKS[0]) report.atLeast(bound, rates, faster);
  else report.figure(rates, faster, 'x');
  // A rate is that of the generator as well, and some clients are whole libraries.
  const cpu = `CPU of the servers an increment of Quorate, of ${name}, ${work.name}`;
  report.figure(
    cpu,
    ratioOf(({ cpu, operations }) => cpu.servers / operations, own, other),
    'x',
  );
  if (work.clients > 1) return;
  const medians = `p50 of Quorate, of ${name}, ${work.name}`;
  if (SLOWER.test(name)) report.atMost(1, medians, quicker);
  else report.figure(medians, quicker, 'x');
}
