/** What is done to a trace by hand, to see whether the checker sees it. */
import type { Actor } from '../../src/paxos/ballot.ts';
import { type Line, parse } from './line.ts';
import type { Recorded } from './simulated.ts';

export type Event = Line['event'];
/** A line as a corruption may change it. */
export type Forged = Line & { vote?: unknown; total?: unknown } & Record<string, unknown>;

/** What is done to a trace: true if there was something to do it to. */
export type Corruption = (lines: Forged[], actor: Actor, all: ReadonlyMap<Actor, Forged[]>) => boolean;

/** The guard is the one that has to refuse it. */
export type Case = readonly [title: string, corrupt: Corruption, guard: RegExp];

/** The numbers and clocks follow the lines again, as a forger would see to it. */
function renumbered(lines: readonly Forged[]): Forged[] {
  const numbers = new Map<number, number>();
  let clock = 0;
  return lines.map((line) => {
    const number = (numbers.get(line.incarnation) ?? 0) + 1;
    numbers.set(line.incarnation, number);
    clock = Math.max(line.clock, clock + 1);
    const after = line.event === 'started' && line.after !== null ? { after: lastOf(numbers, line) } : {};
    return { ...line, ...after, number, clock };
  });
}

function lastOf(numbers: ReadonlyMap<number, number>, { incarnation }: Line): string | null {
  const before = [...numbers].filter(([life]) => life < incarnation).at(-1);
  return before === undefined ? null : before.join('.');
}

/** The traces that come of a corruption at each place where there is something to corrupt: of the last actor that has one. */
export function corrupted(recorded: Recorded, corrupt: Corruption, isHidden = true): Recorded | null {
  const all = new Map(
    [...recorded].map(([actor, lines]) => [actor, lines.map((line) => parse(line) as Forged)]),
  );
  for (const [actor, lines] of all) {
    if (!corrupt(lines, actor, all)) continue;
    const told = new Map(
      [...all].map(([one, its]) => [
        one,
        (isHidden ? renumbered(its) : its).map((line) => JSON.stringify(line)),
      ]),
    );
    return told;
  }
  return null;
}

const indexOf = (lines: readonly Forged[], event: Event, which: (line: Forged) => boolean = () => true) =>
  lines.findIndex((line) => line.event === event && which(line));

export const change =
  (event: Event, which: (line: Forged) => boolean, fields: (line: Forged) => object): Corruption =>
  (lines) => {
    const line = lines.find((one) => one.event === event && which(one));
    if (line !== undefined) Object.assign(line, fields(line));
    return line !== undefined;
  };

/** Of the first event of a kind that follows one of which `had` is true. */
export const changeAfter =
  (event: Event, had: (line: Forged) => boolean, fields: (line: Forged) => object): Corruption =>
  (lines) => {
    const first = lines.findIndex((line) => line.event === event && had(line));
    const line = lines.find((one, place) => first >= 0 && place > first && one.event === event);
    if (line !== undefined) Object.assign(line, fields(line));
    return line !== undefined;
  };

/** The first two accepts of one ballot. */
export function accepts(lines: readonly Forged[]): readonly [first: number, second: number] | null {
  const ballot = (line: Forged) => text(line.vote).replace(/\/.*/, '');
  for (const [first, line] of lines.entries()) {
    if (line.event !== 'accept' || line.batches.length === 0) continue;
    const second = lines.findIndex(
      (one, place) => place > first && one.event === 'accept' && ballot(one) === ballot(line),
    );
    if (second >= 0) return [first, second];
  }
  return null;
}

/** The first event of a kind goes before the one of another kind that it follows. */
export const advance =
  (event: Event, before: Event, which: (line: Forged) => boolean = () => true): Corruption =>
  (lines) => {
    const from = lines.findIndex((line) => line.event === before);
    const index = lines.findIndex((line, place) => place > from && line.event === event && which(line));
    const target = lines.findLastIndex((line, place) => place < index && line.event === before);
    const [line] = index < 0 || target < 0 ? [] : lines.splice(index, 1);
    if (line !== undefined) lines.splice(target, 0, line);
    return line !== undefined;
  };

/** Said again, right after the first time, with other fields. */
export const repeat =
  (event: Event, which: (line: Forged) => boolean, fields: (line: Forged) => object): Corruption =>
  (lines) => {
    const index = indexOf(lines, event, which);
    const line = lines[index];
    if (line !== undefined) lines.splice(index + 1, 0, { ...line, ...fields(line) } as Forged);
    return line !== undefined;
  };

export const text = (value: unknown) => String(value ?? '');
export const slotUp = (vote: unknown, by = 1) =>
  text(vote).replace(/\/(\d+)/, (_, slot) => `/${Number(slot) + by}`);
export const forge = (vote: unknown) => text(vote).replace(/#.*/, '#forged');
export const roundBy = (ballot: unknown, by: number) =>
  text(ballot).replace(/^(\d+)/, (round) => String(Math.max(0, Number(round) + by)));
/** A read of that counter has begun in this life and is not answered at `place`. */
export const isOpenRead = (lines: readonly Forged[], place: number) => (begun: Forged) =>
  begun.event === 'read begun' &&
  begun.counter === lines[place]?.counter &&
  begun.incarnation === lines[place]?.incarnation &&
  !lines.slice(0, place).some((line) => line.event === 'read finished' && line.round === begun.round);
export const hasVote = (line: Forged) => line.vote !== null;
export const any = () => true;
