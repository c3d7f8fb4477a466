import { Checker, type Summary, type Violation } from './checker.ts';
import type { Line, Placed } from './line.ts';
import { merge } from './read.ts';

export interface Check {
  readonly violation: Violation | null;
  readonly summary: Summary;
}

export interface CheckOptions {
  /** Whether the last life of an actor may lack its end, since it was killed. */
  readonly killed: boolean;
  /** Hears of each event, in an order in which causes go before effects. */
  readonly heard?: (line: Line) => void;
}

/** Up to the first event that no action of the specification allows. */
export function check(traces: readonly Iterable<Placed>[], { killed, heard }: CheckOptions): Check {
  const checker = new Checker(heard);
  for (const placed of merge(traces.map((trace) => checker.follow(trace)))) {
    const violation = checker.step(placed);
    if (violation !== null) return { violation, summary: checker.summary };
  }
  return { violation: checker.end(killed), summary: checker.summary };
}

/** For a person. */
export function describe({ guard, detail, event, state, last }: Violation): string {
  const where = event === null ? 'at the end' : `${event.file}:${event.place}`;
  return [
    `${where}: no action allows this: ${guard}`,
    `  ${detail}`,
    ...(event === null ? [] : ['the event', `  ${event.text}`]),
    ...(state.length === 0 ? [] : ['what the specification knew', ...state.map((line) => `  ${line}`)]),
    ...(last.length === 0
      ? []
      : ['the last events of this counter on all actors', ...last.map((line) => `  ${line}`)]),
  ].join('\n');
}
