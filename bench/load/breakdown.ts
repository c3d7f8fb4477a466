/** Where the time of an increment went, along the way that made it late: what others did meanwhile does not count. */
import type { StampedEvent } from './stamped-trace.ts';

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

/** `events`: of increments that were done one after the other. Null if some of its events are missing. */
export function breakdownOf(events: readonly StampedEvent[], { sent, answered }: Exchange): Breakdown | null {
  const of = (event: string) => events.filter((one) => one.event === event);
  const chosen = of('chosen').find(({ time }) => time >= sent && time <= answered);
  const taken = of('sealed').find(({ time }) => time >= sent);
  if (chosen === undefined || taken === undefined) return null;
  const vote = slotOf(chosen);
  const ofVote = (event: string) => of(event).filter((one) => slotOf(one) === vote);
  const accept = ofVote('accept')[0];
  const votes = ofVote('accepted');
  const deciding = votes.filter(({ actor }) => chosen.accepted?.includes(actor)).at(-1);
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
function slotOf({ vote }: StampedEvent): string | undefined {
  return vote?.split('#')[0];
}
