/** A line chart as SVG: light or dark as the page is, no script, no font of its own. */

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axis {
  readonly label: string;
  readonly scale: 'linear' | 'log';
  /** Where the axis is marked, and how; else at round numbers. */
  readonly ticks?: readonly (readonly [value: number, label: string])[];
}

export interface Chart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

const WIDTH = 960;
const PLOT = { left: 70, top: 48, right: 560, bottom: 400 };
const HEIGHT = 450;
const LEGEND = { left: 580, line: 20 };
/** Okabe and Ito's, which people with any colour vision can tell apart. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7f7f7f', '#b2a000'];
const DASHES = ['none', '6 3', '2 3'];
const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #222 }
.title { font-size: 15px; font-weight: 600 }
.grid { stroke: #ddd }
.line { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) { .page { fill: #16181c } text { fill: #ddd } .grid { stroke: #3a3d42 } }
.page { fill: #fff }
@media (prefers-color-scheme: dark) { .page { fill: #16181c } }`;

export function chart({ title, x, y, series }: Chart): string {
  const points = series.flatMap((one) => one.points);
  const toX = scaleOf(
    x,
    points.map(([value]) => value),
    PLOT.left,
    PLOT.right,
  );
  const toY = scaleOf(
    y,
    points.map(([, value]) => value),
    PLOT.bottom,
    PLOT.top,
  );
  const legendLine = Math.min(LEGEND.line, (HEIGHT - PLOT.top - LEGEND.line) / series.length);
  const parts = [
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}"/>`,
    text(PLOT.left, 26, title, 'class="title"'),
    ...toX.ticks.flatMap(([value, label]) => [
      line(toX.at(value), PLOT.top, toX.at(value), PLOT.bottom),
      text(toX.at(value), PLOT.bottom + 18, label, 'text-anchor="middle"'),
    ]),
    ...toY.ticks.flatMap(([value, label]) => [
      line(PLOT.left, toY.at(value), PLOT.right, toY.at(value)),
      text(PLOT.left - 8, toY.at(value) + 4, label, 'text-anchor="end"'),
    ]),
    text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 40, x.label, 'text-anchor="middle"'),
    text(14, PLOT.top - 10, y.label, ''),
    ...series.flatMap((one, index) => drawn(one, index, toX, toY, legendLine)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><title>${escaped(title)}</title><style>${STYLE}</style>\n${parts.join('\n')}\n</svg>\n`;
}

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly (readonly [value: number, label: string])[];
}

function drawn(
  { name, points }: Series,
  index: number,
  toX: Scale,
  toY: Scale,
  legendLine: number,
): string[] {
  const colour = COLOURS[index % COLOURS.length];
  const dash = DASHES[Math.floor(index / COLOURS.length) % DASHES.length];
  const stroke = `style="stroke: ${colour}" stroke-dasharray="${dash}"`;
  const path = points.map(([x, y]) => `${toX.at(x).toFixed(1)},${toY.at(y).toFixed(1)}`).join(' ');
  const top = PLOT.top + 10 + index * legendLine;
  return [
    `<polyline class="line" ${stroke} points="${path}"/>`,
    `<line class="line" ${stroke} x1="${LEGEND.left}" y1="${top}" x2="${LEGEND.left + 24}" y2="${top}"/>`,
    text(LEGEND.left + 32, top + 4, name, ''),
  ];
}

function scaleOf({ scale, ticks }: Axis, values: readonly number[], from: number, to: number): Scale {
  const given = ticks?.map(([value]) => value) ?? [];
  const low = Math.min(...values, ...given);
  const high = Math.max(...values, ...given);
  const marks = scale === 'log' ? decades(low, high) : steps(Math.min(0, low), high);
  const [first = 0, last = 1] = ticks === undefined ? [marks.at(0), marks.at(-1)] : [low, high];
  const place = scale === 'log' ? Math.log10 : (value: number) => value;
  const span = place(last) - place(first) || 1;
  return {
    at: (value) => from + ((place(value) - place(first)) / span) * (to - from),
    ticks: ticks ?? marks.map((value) => [value, value.toLocaleString('en', { maximumFractionDigits: 3 })]),
  };
}

/** 1, 2, 5 times powers of ten, from at most `low` to at least `high`. */
function decades(low: number, high: number): number[] {
  const marks = [1, 2, 5];
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    all.push(...marks.map((mark) => mark * 10 ** power));
  }
  const first = all.findLastIndex((value) => value <= low);
  const last = all.findIndex((value) => value >= high);
  return all.slice(Math.max(0, first), last + 1);
}

function steps(low: number, high: number): number[] {
  const rough = (high - low) / 6 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((mark) => mark * power >= rough) ?? 10) * power;
  const count = Math.ceil((high - low) / step);
  return Array.from({ length: count + 1 }, (_, index) => low + index * step);
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map((value) => value.toFixed(1));
  return `<line class="grid" x1="${a}" y1="${b}" x2="${c}" y2="${d}"/>`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
