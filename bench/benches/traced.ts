import { setTimeout as pause } from 'node:timers/promises';
import { ProcessCluster } from '../../spec/cluster/processes.ts';
import { during } from '../during.ts';
import { type Breakdown, breakdownOf, type Exchange, typical } from '../load/breakdown.ts';
import { type Durability, QuorateClient } from '../load/quorate.ts';
import { type StampedEvent, StampedTrace } from '../load/stamped-trace.ts';
import type { Sums } from '../load/sums.ts';
import type { Report } from '../report/report.ts';
import type { Settings } from './bench.ts';

const WARM_UP = 200;
const COUNTER = 'traced';
/** Milliseconds in which the last events arrive. */
const ARRIVE_MS = 50;

/** Where the time goes, told by the traces of actors of their own: writing them takes time too, so this is another pass. */
export function breakDown(
  durability: Durability,
  sums: Sums,
  { actors, seconds }: Settings,
  report: Report,
): Promise<void> {
  report.progress.show(`${durability}: where the time goes`);
  return during(
    StampedTrace.create(),
    (trace) => trace.close(),
    (trace) =>
      during(
        ProcessCluster.start(actors, [
          '--durability',
          durability,
          '--log-level',
          'warn',
          '--trace',
          trace.file,
        ]),
        (cluster) => cluster.dispose(),
        async ({ actors: [holder, other] }) => {
          if (holder === undefined || other === undefined) throw new RangeError('it needs two actors');
          for (const [where, actor] of Object.entries({ 'the holder': holder, 'another actor': other })) {
            const client = await QuorateClient.open(actor);
            const all = await follow(client, trace, sums, seconds / 2);
            await sums.verify([client]);
            client.close();
            tell(`${durability}, increment at ${where}`, typical(all), report, { durability, where });
          }
        },
      ),
  );
}

async function follow(
  client: QuorateClient,
  trace: StampedTrace,
  sums: Sums,
  seconds: number,
): Promise<Breakdown[]> {
  for (let i = 0; i < WARM_UP; i += 1) await sums.add(client, COUNTER);
  await pause(ARRIVE_MS);
  trace.take();
  const exchanges: Exchange[] = [];
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    const sent = performance.now();
    await sums.add(client, COUNTER);
    exchanges.push({ sent, answered: performance.now() });
  }
  await pause(ARRIVE_MS);
  const events = trace.take();
  return exchanges.flatMap((exchange) => breakdownOf(around(events, exchange), exchange) ?? []);
}

/** Of one increment: what comes later belongs to the next ones. */
function around(events: readonly StampedEvent[], { sent, answered }: Exchange): readonly StampedEvent[] {
  return events.filter(({ time }) => time >= sent && time <= answered);
}

function tell(
  what: string,
  { quorum, ...parts }: Breakdown,
  report: Report,
  params: Readonly<Record<string, string>>,
): void {
  const whole = Object.values(parts).reduce((sum, part) => sum + part, 0);
  report.figure(`${what}, traced: the whole`, whole, 'ms', params);
  for (const [part, ms] of Object.entries(parts)) report.figure(`${what}, traced: ${part}`, ms, 'ms', params);
  report.figure(`${what}, traced: of it waiting for a quorum`, quorum, 'ms', params);
}
