/** One process of the cluster, named by its address as POST /config lists it: `10.0.0.1` or `10.0.0.1:7778`. */
export type Actor = string;

/** Ordered by round, then actor. Only that actor proposes in it. */
export interface Ballot {
  readonly round: number;
  readonly actor: Actor;
}

/** What names a vote: a (ballot, slot) never carries two different states. */
export interface VoteId {
  readonly ballot: Ballot;
  readonly slot: number;
}

/** A state that an acceptor has accepted; ordered by ballot, then slot. */
export interface Vote<S> extends VoteId {
  readonly state: S;
}

/** Negative, zero or positive as `a` is below, equal to or above `b`; null is below every ballot. */
export function compareBallots(a: Ballot | null, b: Ballot | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (a.round !== b.round) return a.round - b.round;
  return a.actor === b.actor ? 0 : a.actor < b.actor ? -1 : 1;
}

/** Negative, zero or positive as `a` is below, equal to or above `b`; null is below every vote. */
export function compareVotes(a: VoteId | null, b: VoteId | null): number {
  if (a === null || b === null) return compareBallots(a?.ballot ?? null, b?.ballot ?? null);
  return compareBallots(a.ballot, b.ballot) || a.slot - b.slot;
}

export function highestBallot(...ballots: (Ballot | null)[]): Ballot | null {
  return ballots.reduce((highest, ballot) => (compareBallots(ballot, highest) > 0 ? ballot : highest), null);
}

export function highestVote<V extends VoteId>(votes: Iterable<V | null>): V | null {
  let highest: V | null = null;
  for (const vote of votes) if (compareVotes(vote, highest) > 0) highest = vote;
  return highest;
}
