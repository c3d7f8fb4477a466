import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../benches/bench.ts';
import { type Compared, type Measured, perSecond } from '../load/measured.ts';
import type { Sums } from '../load/sums.ts';
import type { Peer } from '../peers/peer.ts';
import { type Line, type Params, parseResults } from './line.ts';
import { describeMachine } from './machine.ts';
import { plotsOf } from './plots.ts';
import { Progress } from './progress.ts';
import { barsText, inMarkdown, inText } from './table.ts';

export interface ReportOptions {
  readonly command: string;
  readonly directory: string;
  readonly settings: Settings;
  /** Shows a line of text to people. */
  readonly print?: (text: string) => void;
}

/** Of what went on when it was measured. */
export interface Unfinished {
  readonly value: number;
  readonly isAtLeast: boolean;
}

/** The results of one run: each line is on disk, and on the terminal, as soon as it is known. */
export class Report {
  readonly file: string;
  readonly progress = new Progress();
  readonly print: (text: string) => void;
  readonly #command: string;

  private constructor(file: string, { command, print = console.log }: ReportOptions) {
    this.file = file;
    this.print = print;
    this.#command = command;
  }

  static async create(options: ReportOptions): Promise<Report> {
    const { command, directory, settings } = options;
    mkdirSync(directory, { recursive: true });
    const time = new Date().toISOString();
    const report = new Report(join(directory, `${time.replaceAll(':', '-')}-${command}.jsonl`), options);
    const machine = await describeMachine();
    report.#add({ type: 'run', command, time, ...settings, machine });
    return report;
  }

  measurement(name: string, measured: Measured, params: Params = {}): void {
    const { operations, beside, seconds, durations, cpu } = measured;
    const { latency, curve } = durations;
    if (latency === null) throw new Error(`${name}: nothing was done in ${seconds.toFixed(1)} s`);
    const all = operations + beside;
    const perOperation = { servers: cpu.servers / all, generator: cpu.generator / all };
    const counts = { operations, seconds, perSecond: perSecond(measured) };
    const command = this.#command;
    const points = curve.map(
      (point) => point.map((value) => Number(value.toPrecision(6))) as [number, number],
    );
    this.#add({
      type: 'measurement',
      command,
      name,
      params,
      ...counts,
      latency,
      cpu: perOperation,
      curve: points,
    });
  }

  figure(name: string, told: number | Compared | Unfinished, unit: string, params: Params = {}): void {
    this.#add({ type: 'figure', command: this.#command, name, params, ...valued(told), unit });
  }

  atLeast(bound: number, name: string, told: number | Compared): void {
    this.#bar('at least', bound, name, told, valued(told).value >= bound);
  }

  atMost(bound: number, name: string, told: number | Compared): void {
    this.#bar('at most', bound, name, told, valued(told).value <= bound);
  }

  verdict(passed: boolean, comparedWith: string | null, reasons: readonly string[]): void {
    this.#add({ type: 'verdict', command: this.#command, passed, comparedWith, reasons: [...reasons] });
  }

  sums(name: string, { counters, total, recorded }: Pick<Sums, 'counters' | 'total' | 'recorded'>): void {
    const acknowledged = total.toString();
    this.#add({
      type: 'sums',
      command: this.#command,
      name,
      counters: counters.length,
      acknowledged,
      recorded,
    });
  }

  peer({ name, guarantees }: Pick<Peer, 'name' | 'guarantees'>, version: string): void {
    this.#add({ type: 'peer', command: this.#command, name, version, guarantees });
  }

  skipped(name: string, reason: string): void {
    this.#add({ type: 'skipped', command: this.#command, name, reason });
  }

  get lines(): readonly Line[] {
    return parseResults(readFileSync(this.file, 'utf8'));
  }

  /** Beside the lines, what people look at; the files that there are now. */
  finish(): readonly string[] {
    this.progress.clear();
    const { lines } = this;
    const stem = this.file.slice(0, -'.jsonl'.length);
    const plots = plotsOf(lines).map(({ name, svg }) => ({ file: `${stem}-${name}.svg`, text: svg }));
    const files = [{ file: `${stem}.md`, text: inMarkdown(lines) }, ...plots];
    for (const { file, text } of files) writeFileSync(file, text);
    for (const text of barsText(lines)) this.print(text);
    return [this.file, ...files.map(({ file }) => file)];
  }

  #bar(
    demand: 'at least' | 'at most',
    bound: number,
    name: string,
    told: number | Compared,
    met: boolean,
  ): void {
    this.#add({ type: 'bar', command: this.#command, name, demand, bound, ...valued(told), met });
  }

  #add(line: Line): void {
    this.progress.clear();
    appendFileSync(this.file, `${JSON.stringify(line)}\n`);
    this.print(inText(line));
  }
}

function valued<T extends { readonly value: number }>(told: number | T): T | { readonly value: number } {
  return typeof told === 'number' ? { value: told } : told;
}
