/** Lines of results for people: as they come on a terminal, and as Markdown. */
import type { Line, LineOf } from './line.ts';
import { inWords } from './machine.ts';

const NAME_WIDTH = 57;
const COLUMNS = ['/s', 'p50 ms', 'p90', 'p99', 'p99.9', 'max', 'CPU µs servers', 'generator'] as const;
const WIDTHS = COLUMNS.map((column) => Math.max(9, column.length + 2));

export const head = row('', COLUMNS);

export function inText(line: Line): string {
  switch (line.type) {
    case 'run':
      return `\n${line.command}: ${inWords(line.machine)}; seed ${line.seed}\n${head}`;
    case 'measurement':
      return row(line.name, cells(line));
    case 'figure':
      return row(line.name, [figureText(line)]);
    case 'bar':
      return barText(line);
    case 'verdict':
      return verdictTexts(line).join('\n');
    case 'sums':
      return sumsText(line);
    case 'peer':
      return `\n${peerText(line)}`;
    case 'skipped':
      return `${line.name}: skipped: ${line.reason}`;
    default:
      return line satisfies never;
  }
}

export function inMarkdown(lines: readonly Line[]): string {
  const of = <T extends Line['type']>(type: T) =>
    lines.filter((line): line is LineOf<T> => line.type === type);
  const runs = of('run').map(
    (run) => `# ${run.command}\n\n${run.time}: ${inWords(run.machine)}; seed ${run.seed}.`,
  );
  const table = (header: readonly string[], rows: readonly (readonly string[])[]) =>
    rows.length === 0
      ? []
      : [[header, header.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map(markdownRow).join('\n')];
  const list = (items: readonly string[]) =>
    items.length === 0 ? [] : [items.map((item) => `- ${item}`).join('\n')];
  const parts = [
    ...runs,
    ...table(
      ['', ...COLUMNS],
      of('measurement').map((one) => [one.name, ...cells(one)]),
    ),
    ...table(
      ['', 'figure'],
      of('figure').map((one) => [one.name, figureText(one)]),
    ),
    ...list(of('bar').map(barText)),
    ...barsText(lines),
    ...list(of('verdict').flatMap(verdictTexts)),
    ...list(of('sums').map(sumsText)),
    ...list(of('peer').map(peerText)),
    ...list(of('skipped').map(inText)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function cells({ perSecond, latency, cpu }: LineOf<'measurement'>): string[] {
  const { p50, p90, p99, p999, max } = latency;
  return [
    Math.round(perSecond).toLocaleString('en'),
    ...[p50, p90, p99, p999, max].map((ms) => ms.toFixed(2)),
    cpu.servers === 0 ? '' : cpu.servers.toFixed(0),
    cpu.generator.toFixed(0),
  ];
}

function figureText({ value, isAtLeast = false, unit, spread }: LineOf<'figure'>): string {
  return `${isAtLeast ? 'at least ' : ''}${number(value)} ${unit}${spreadText(spread)}`;
}

function barText({ name, demand, bound, value, spread, met }: LineOf<'bar'>): string {
  return `bar ${demand} ${bound}: ${number(value)} ${met ? 'met' : 'not met'}${spreadText(spread)}: ${name}`;
}

/** Of a whole run; empty if it has none. */
export function barsText(lines: readonly Line[]): string[] {
  const bars = lines.filter((line) => line.type === 'bar');
  const missed = bars.filter(({ met }) => !met).map(({ name }) => name);
  const names = missed.length === 0 ? '' : `; not met: ${missed.join('; ')}`;
  return bars.length === 0 ? [] : [`bars: ${bars.length - missed.length} of ${bars.length} met${names}`];
}

function spreadText(spread: LineOf<'bar'>['spread']): string {
  return spread === undefined ? '' : ` (rounds ${number(spread[0])} to ${number(spread[1])})`;
}

function verdictTexts({ passed, comparedWith, reasons }: LineOf<'verdict'>): string[] {
  const than =
    comparedWith === null
      ? 'there is no earlier check like it that passed: later ones are compared with this one'
      : `compared with the one of ${comparedWith}`;
  return [`check ${passed ? 'passed' : 'failed'}: ${than}`, ...reasons];
}

function sumsText({ name, counters, acknowledged, recorded }: LineOf<'sums'>): string {
  const late = recorded === 0 ? '' : `, ${recorded} of them by 202, as no majority had counted them in time`;
  return `sums right: ${acknowledged} acknowledged in ${counters} counters${late}: ${name}`;
}

function peerText({ name, version, guarantees }: LineOf<'peer'>): string {
  return `${name}, ${version}: ${guarantees}`;
}

function row(name: string, values: readonly string[]): string {
  return `${name.padEnd(NAME_WIDTH)} ${values.map((value, index) => value.padStart(WIDTHS[index] ?? 0)).join('')}`;
}

function markdownRow(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`;
}

function number(value: number): string {
  const digits = Math.abs(value) < 1_000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 };
  return value.toLocaleString('en', digits);
}
