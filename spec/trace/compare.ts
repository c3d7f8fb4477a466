/** The checker of traces and spec/tla/Replay.tla, stepped by tla-checker, on the same events. */
import { Replay } from '../tla/replay.ts';
import { check } from './check.ts';
import type { CounterLine, Line } from './line.ts';
import { type Recorded, recordSeed, tracesOf } from './simulated.ts';

export interface Sample {
  readonly recorded: Recorded;
  readonly replay: Replay;
  /** Of its events. */
  readonly kinds: readonly string[];
}

/** The first events of a simulated cluster, as far as tla-checker can count: it has 53 bits. */
export function sample(seed: number, most: number): Sample {
  const recorded = recordSeed(seed);
  const lines = [...recorded.values()].flat().map((text) => ({ text, line: JSON.parse(text) as Line }));
  const own = lines.filter(({ line }) => isOfCounter(line)).sort((a, b) => a.line.clock - b.line.clock);
  if (new Set(own.map(({ line }) => line.counter)).size > 1) throw new Error('more than one counter');
  const large = own.findIndex(({ text }) => /\b(\d{16}|0x)/.test(text));
  const last = own[Math.min(most, large < 0 ? own.length : large) - 1]?.line.clock ?? 0;
  const isFirst = (text: string) => (JSON.parse(text) as Line).clock <= last;
  const first = [...recorded].map(([actor, texts]) => [actor, texts.filter(isFirst)] as const);
  const kinds = [...new Set(own.map(({ line }) => line.event))].sort();
  return { recorded: new Map(first), replay: new Replay([...recorded.keys()]), kinds };
}

export interface Verdicts {
  /** How many events of the counter both allow. */
  readonly events: number;
  /** Of the checker; null: it allows all. */
  readonly guard: string | null;
  /** The first event of which they do not say the same. */
  readonly difference: string | null;
}

/** `most`: about how many events Replay.tla is asked, besides those that it was asked before. */
export function compare(recorded: Recorded, replay: Replay, most = Infinity): Verdicts {
  const allowed: CounterLine[] = [];
  const heard = (line: Line) => {
    if (isOfCounter(line)) allowed.push(line);
  };
  const { violation } = check(tracesOf(recorded), { killed: true, heard });
  const guard = violation?.guard ?? null;
  const last = replay.asked + most;
  let moment = replay.start;
  for (const [events, line] of allowed.entries()) {
    if (replay.asked >= last) return { events, guard, difference: null };
    const next = replay.step(moment, line);
    if (next === null) return { events, guard, difference: `Replay.tla refuses ${JSON.stringify(line)}` };
    moment = next;
  }
  const { line: refused = null, refusal } = violation?.event ?? {};
  // Lives and the form of lines are none of its business.
  const isAsked =
    refused !== null && isOfCounter(refused) && refusal === undefined && guard !== 'well formed';
  const isSame = !isAsked || replay.step(moment, refused) === null;
  const difference = isSame ? null : `Replay.tla allows ${JSON.stringify(refused)}`;
  return { events: allowed.length, guard, difference };
}

function isOfCounter(line: Line): line is CounterLine {
  return line.counter !== undefined;
}
