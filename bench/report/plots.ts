import type { Line, LineOf } from './line.ts';
import { type Axis, chart, type Series } from './svg.ts';

export interface Plot {
  readonly name: string;
  readonly svg: string;
}

type Measurement = LineOf<'measurement'>;
type Figure = LineOf<'figure'>;

const MS: Axis = { label: 'milliseconds', scale: 'log' };
/** Over what figures that tell their series are plotted, and the scale of their values. */
const OVER = [
  { key: 'counters', x: { label: 'counters', scale: 'log' }, y: 'log' },
  { key: 'round', x: { label: 'round', scale: 'linear' }, y: 'linear' },
] as const;
const CLIENTS: Axis = { label: 'clients', scale: 'log' };
const RATE: Axis = { label: 'operations/s', scale: 'linear' };
const TIME: Axis = { label: 'seconds', scale: 'linear' };

/** Every percentile is as far from the next as ten times fewer are above it. */
const PERCENTILES: Axis = {
  label: 'percentile',
  scale: 'log',
  ticks: ['0', '90', '99', '99.9', '99.99'].map((label) => [rarity(Number(label)), label]),
};

/**
 * What people can see at a glance. What a measurement says of itself decides on its plot: with `series` it is a point over
 * the clients, with `at` a point in time, else a curve of percentiles; `plot` tells which of several. A figure is a point in
 * time with `at`, and one over the counters or the rounds with `series`.
 */
export function plotsOf(lines: readonly Line[]): Plot[] {
  const measurements = lines.filter((line) => line.type === 'measurement');
  const figures = lines.filter((line) => line.type === 'figure');
  const command = lines.find((line) => line.type === 'run')?.command ?? '';
  return [
    ...overClients(
      command,
      measurements.filter(({ params }) => params.series !== undefined),
    ),
    ...overTime(
      command,
      measurements.filter(({ params }) => params.at !== undefined),
      figures.filter(({ params }) => params.at !== undefined),
    ),
    ...OVER.flatMap((over) =>
      overParameter(
        command,
        figures.filter(({ params }) => params.series !== undefined && params[over.key] !== undefined),
        over,
      ),
    ),
    ...ofPercentiles(
      command,
      measurements.filter(({ params }) => params.series === undefined && params.at === undefined),
    ),
  ];
}

function ofPercentiles(command: string, measurements: readonly Measurement[]): Plot[] {
  return [...Map.groupBy(measurements, ({ params }) => String(params.plot ?? '')).entries()].map(
    ([plot, ones]) => {
      const once = [...new Map(ones.map((one) => [one.name, one])).values()];
      const series = once.map(({ name, curve }) => ({
        name: plot === '' ? name : name.replace(`: ${plot}`, ''),
        // Of millions, the last percentiles are written down as 100, which is no place on this axis.
        points: curve
          .filter(([percentile]) => percentile < 100)
          .map(([percentile, ms]) => [rarity(percentile), ms] as const),
      }));
      const title = `${command}: latency percentiles${plot === '' ? '' : `, ${plot}`}`;
      return {
        name: ['latency', ...(plot.match(/\w+/g) ?? [])].join('-'),
        svg: chart({ title, x: PERCENTILES, y: MS, series }),
      };
    },
  );
}

function overClients(command: string, measurements: readonly Measurement[]): Plot[] {
  const series = seriesBy(
    measurements,
    ({ params }) => String(params.series),
    ({ params, perSecond }) => [Number(params.clients), perSecond],
  ).filter(({ points }) => points.length > 1);
  return plot('throughput', `${command}: operations a second`, CLIENTS, RATE, series);
}

function overTime(command: string, measurements: readonly Measurement[], figures: readonly Figure[]): Plot[] {
  const at = ({ params }: Measurement | Figure) => Number(params.at);
  const percentiles = (['p50', 'p99', 'p999', 'max'] as const).map((name) => ({
    name: name === 'p999' ? 'p99.9' : name,
    points: measurements.map((one) => [at(one), one.latency[name]] as const),
  }));
  const latencies = measurements.length === 0 ? [] : percentiles;
  return [
    ...plot('latency', `${command}: latency over time`, TIME, MS, latencies),
    ...byUnit(figures, (ones) =>
      seriesBy(
        ones,
        ({ name }) => name,
        (one) => [at(one), one.value],
      ),
    ).flatMap(([unit, series]) =>
      plot(unit, `${command}: over time`, TIME, { label: unit, scale: 'linear' }, series),
    ),
  ];
}

function overParameter(
  command: string,
  figures: readonly Figure[],
  { key, x, y }: (typeof OVER)[number],
): Plot[] {
  return byUnit(figures, (ones) =>
    seriesBy(
      ones,
      ({ params }) => String(params.series),
      ({ params, value }) => [Number(params[key]), value],
    ).filter(({ points }) => points.length > 1),
  ).flatMap(([unit, series]) => plot(unit, `${command}: by ${key}`, x, { label: unit, scale: y }, series));
}

function byUnit(
  figures: readonly Figure[],
  series: (ones: readonly Figure[]) => readonly Series[],
): (readonly [unit: string, series: readonly Series[]])[] {
  return [...Map.groupBy(figures, ({ unit }) => unit)].map(([unit, ones]) => [unit, series(ones)] as const);
}

function plot(name: string, title: string, x: Axis, y: Axis, series: readonly Series[]): Plot[] {
  return series.length === 0 ? [] : [{ name, svg: chart({ title, x, y, series }) }];
}

function seriesBy<T>(
  ones: readonly T[],
  name: (one: T) => string,
  point: (one: T) => readonly [number, number],
): Series[] {
  return [...Map.groupBy(ones, name).entries()].map(([key, of]) => ({ name: key, points: of.map(point) }));
}

function rarity(percentile: number): number {
  return 100 / (100 - percentile);
}
