import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTrace } from '../../spec/trace/read.ts';
import { monotonicMs } from '../../src/observe/trace.ts';
import { type Breakdown, breakdowns, type Exchange, type TimedEvent, typical } from '../load/breakdown.ts';
import type { Durability, RunningQuorate } from '../load/quorate.ts';
import { Sums } from '../load/sums.ts';
import type { Report } from '../report/report.ts';
import { type Settings, withQuorate } from './bench.ts';

const WARM_UP = 200;
const COUNTER = 'traced';

/**
 * Where the time goes, told by the traces of actors of their own: writing them takes time too, so this is another pass. What
 * they and the client were told is examined as well.
 */
export async function breakDown(durability: Durability, settings: Settings, report: Report): Promise<void> {
  const { actors, seconds } = settings;
  const name = `${durability}: where the time goes`;
  await withQuorate({ ...settings, isTraced: true }, { actors, durability }, async (running) => {
    const sums = new Sums();
    for (const [index, where] of ['the holder', 'another actor'].entries()) {
      report.progress.show(name);
      const exchanges = await follow(index, running, sums, seconds / 2);
      const all = breakdowns(eventsOf(running), exchanges);
      tell(`${durability}, increment at ${where}`, all, report, { durability, where });
    }
    report.sums(name, sums);
    report.progress.show(`${name}: examining`);
  });
}

async function follow(
  index: number,
  running: RunningQuorate,
  sums: Sums,
  seconds: number,
): Promise<Exchange[]> {
  const client = await running.connect(index);
  for (let i = 0; i < WARM_UP; i += 1) await sums.add(client, COUNTER);
  const exchanges: Exchange[] = [];
  const end = monotonicMs() + seconds * 1_000;
  while (monotonicMs() < end) {
    const sent = monotonicMs();
    await sums.add(client, COUNTER);
    exchanges.push({ sent, answered: monotonicMs() });
  }
  await sums.verify([client]);
  client.close();
  return exchanges;
}

/** Of the one counter, in the order of time. */
function eventsOf({ cluster: { directory } }: RunningQuorate): readonly TimedEvent[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.ndjson'));
  const events: TimedEvent[] = [];
  for (const file of files) {
    for (const { line } of readTrace(join(directory, file))) {
      if (line?.counter === undefined || line.time === undefined) continue;
      const { time, actor, event } = line;
      const vote = 'vote' in line ? line.vote : undefined;
      const accepted = line.event === 'chosen' ? line.accepted : undefined;
      events.push({ time, actor, event, vote, accepted });
    }
  }
  return events.sort((a, b) => a.time - b.time);
}

function tell(
  what: string,
  all: readonly (Breakdown | null)[],
  report: Report,
  params: Readonly<Record<string, string>>,
): void {
  const told = all.filter((one) => one !== null);
  report.figure(`${what}, traced: left out`, all.length - told.length, `of ${all.length}`, params);
  if (told.length === 0) return;
  const { quorum, ...parts } = typical(told);
  const whole = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const figure = (name: string, ms: number) => report.figure(`${what}, traced: ${name}`, ms, 'ms', params);
  figure('the whole', whole);
  for (const [part, ms] of Object.entries(parts)) figure(part, ms);
  figure('of it waiting for a quorum', quorum);
}
