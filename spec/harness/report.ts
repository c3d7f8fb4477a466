import type { Availability } from './measures.ts';
import type { Report, Sample } from './run.ts';

export function isPassed({ violations }: Report): boolean {
  return violations.length === 0;
}

export function missedDemands({ demands }: Report): string[] {
  return demands
    .filter(({ measured, limit }) => measured > limit)
    .map(({ what, measured, limit }) => `${what}: ${ms(measured)}, not ${ms(limit)}`);
}

/** Phases in which there was time for something to happen. Seconds. */
const BRIEF_S = 0.2;

/** One scenario for a person. */
export function show(report: Report): string {
  const { scenario, nodes, seed, cut, seconds, violations, tally, recoveries, demands, samples } = report;
  const missed = missedDemands(report);
  const result = !isPassed(report) ? 'WRONG' : missed.length > 0 ? 'right, but too slow' : 'right';
  const lines = [
    `${scenario}: ${result} (${nodes} nodes, seed ${seed}, ${cut}, ${seconds.toFixed(0)} s)`,
    table([
      [
        'phase',
        'side',
        's',
        '200',
        '202',
        'unsure',
        'refused',
        'read',
        'gap 200',
        'gap 200/202',
        'p50',
        'p99',
      ],
      ...report.availability.filter(({ seconds }) => seconds > BRIEF_S).map(availabilityRow),
    ]),
  ];
  for (const { after, firstSuccess, firstReads, fullAgreement } of recoveries) {
    lines.push(
      `  after ${after}: all is read after ${ms(firstReads)}, everywhere after ${ms(fullAgreement)}, all count again after ${ms(firstSuccess)}`,
    );
  }
  for (const { what, measured, limit } of demands) {
    lines.push(`  ${measured <= limit ? 'ok  ' : 'SLOW'} ${what}: ${ms(measured)} (limit ${ms(limit)})`);
  }
  const outcomes = Object.entries(tally).map(([outcome, count]) => `${count} ${outcome}`);
  lines.push(`  ${outcomes.join(', ')}; value agreed within ${ms(report.agreedWithin)}`);
  lines.push(`  ${usage(samples)}`);
  if (violations.length > 0) lines.push('  VIOLATIONS', ...violations.map((one) => `    ${clip(one)}`));
  return lines.join('\n');
}

/** All scenarios of a run, one line each. */
export function summarize(reports: readonly Report[]): string {
  return table([
    ['scenario', 'nodes', 'seed', 'operations', 'result'],
    ...reports.map((report) => [
      report.scenario,
      String(report.nodes),
      String(report.seed),
      String(Object.values(report.tally).reduce((sum, count) => sum + count, 0)),
      isPassed(report)
        ? missedDemands(report).join('; ') || 'right'
        : `WRONG: ${clip(report.violations[0] ?? '')}`,
    ]),
  ]);
}

function availabilityRow({ phase, side, seconds, outcomes, gap, counted, recorded }: Availability): string[] {
  const of = (...names: string[]) => String(names.reduce((sum, name) => sum + (outcomes[name] ?? 0), 0));
  const waits = (outcomes.counted ?? 0) >= (outcomes.recorded ?? 0) ? counted : recorded;
  return [
    phase,
    side,
    seconds.toFixed(1),
    of('counted'),
    of('recorded'),
    of('lost', 'unknown', 'read lost', 'value lost'),
    of('refused', 'read refused'),
    of('read read'),
    ms(gap.counted),
    ms(gap.accepted),
    ms(waits.p50),
    ms(waits.p99),
  ];
}

function usage(samples: readonly Sample[]): string {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return 'no samples';
  const most = (of: (sample: Sample) => number) => Math.max(...samples.map(of));
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  return [
    `memory of the largest ${megabytes(first.rssBytes)} at first, ${megabytes(most(({ rssBytes }) => rssBytes))} at most, ${megabytes(last.rssBytes)} at last`,
    `file descriptors ${first.fds}, ${most(({ fds }) => fds)}, ${last.fds}`,
    `disk of all ${megabytes(last.diskBytes)}`,
  ].join('; ');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}

function ms(milliseconds: number): string {
  if (milliseconds === Infinity) return 'never';
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${milliseconds.toFixed(0)} ms`;
}

/** A total of a thousand digits says nothing to a person. */
function clip(text: string): string {
  return text.replaceAll(/\d{60,}/g, (digits) => `${digits.slice(0, 24)}…${digits.slice(-24)}`);
}
