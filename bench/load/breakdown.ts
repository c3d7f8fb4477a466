/** Where the time of an increment went, along the way that made it late: what others did meanwhile does not count. */
import type { Line } from '../../spec/trace/line.ts';

/** Of an event of a trace. */
export interface TimedEvent {
  /** Milliseconds, as of `monotonicMs`. */
  readonly time: number;
  readonly actor: string;
  readonly event: Line['event'];
  /** `ballot/slot#digest`. */
  readonly vote?: string | null | undefined;
  /** Who made the vote chosen, in the order in which the holder heard of it. */
  readonly accepted?: readonly string[] | undefined;
}

/** Milliseconds; all but `quorum` add up to the whole. */
export interface Breakdown {
  /** From the client's send until an actor has taken it up: HTTP, and waiting for the turn. */
  readonly queue: number;
  /** Between actors: to the holder, from there to the voter that completed the majority, and back. */
  readonly network: number;
  /** Of that voter. */
  readonly flush: number;
  /** From the moment it was chosen until the client knows. */
  readonly answer: number;
  /** Of all this, from the first durable vote to the one that completed the majority. */
  readonly quorum: number;
}

export interface Exchange {
  readonly sent: number;
  readonly answered: number;
}

/**
 * Of increments that were done one after the other; `events` in the order of time. Null for one of which some events are
 * missing.
 */
export function breakdowns(
  events: readonly TimedEvent[],
  exchanges: readonly Exchange[],
): (Breakdown | null)[] {
  let next = 0;
  const before = (time: number) => {
    while (next < events.length && (events[next]?.time ?? time) < time) next += 1;
    return next;
  };
  return exchanges.map(({ sent, answered }) =>
    breakdownOf(events.slice(before(sent), before(answered)), { sent, answered }),
  );
}

/** `events`: all while it was under way, in the order of time. */
function breakdownOf(events: readonly TimedEvent[], { sent, answered }: Exchange): Breakdown | null {
  const of = (event: TimedEvent['event']) => events.filter((one) => one.event === event);
  const [chosen] = of('chosen');
  const [taken] = of('sealed');
  if (chosen === undefined || taken === undefined) return null;
  const vote = slotOf(chosen);
  const ofVote = (event: TimedEvent['event']) => of(event).filter((one) => slotOf(one) === vote);
  const accept = ofVote('accept')[0];
  const votes = ofVote('accepted');
  const deciding = votes.find(({ actor }) => actor === chosen.accepted?.at(-1));
  const writing = ofVote('writing').find(({ actor }) => actor === deciding?.actor);
  if (accept === undefined || deciding === undefined || writing === undefined) return null;
  const isOwn = deciding.actor === chosen.actor;
  const written = writing.time - accept.time;
  const told = chosen.time - deciding.time;
  return {
    queue: taken.time - sent + (isOwn ? written + told : 0),
    network: accept.time - taken.time + (isOwn ? 0 : written + told),
    flush: deciding.time - writing.time,
    answer: answered - chosen.time,
    quorum: deciding.time - (votes[0]?.time ?? deciding.time),
  };
}

/** The means over those that took neither the shortest nor the longest quarter of the time, so that they still add up. */
export function typical(all: readonly Breakdown[]): Breakdown {
  const whole = ({ queue, network, flush, answer }: Breakdown) => queue + network + flush + answer;
  const sorted = [...all].sort((a, b) => whole(a) - whole(b));
  const middle = sorted.slice(Math.floor(all.length / 4), Math.ceil((all.length * 3) / 4));
  const mean = (of: (one: Breakdown) => number) =>
    middle.reduce((sum, one) => sum + of(one), 0) / middle.length;
  return {
    queue: mean((one) => one.queue),
    network: mean((one) => one.network),
    flush: mean((one) => one.flush),
    answer: mean((one) => one.answer),
    quorum: mean((one) => one.quorum),
  };
}

/** A vote is told by its ballot and slot. */
function slotOf({ vote }: TimedEvent): string | undefined {
  return vote?.split('#')[0];
}
