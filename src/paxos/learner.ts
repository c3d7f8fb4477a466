import { compareVotes, type Vote, type VoteId } from './ballot.ts';

/** Knows the highest vote that is chosen, as far as this actor was told: the mark. It never goes down. */
export class Learner<S> {
  mark: Vote<S> | null;

  constructor(mark: Vote<S> | null) {
    this.mark = mark;
  }

  knows(id: VoteId): boolean {
    return compareVotes(this.mark, id) >= 0;
  }

  /**
   * Notice that `id` is chosen. Who holds that very vote marks it; who does not has to fetch the state: a vote that
   * is merely as high may be of another ballot, and never chosen.
   */
  notice(id: VoteId, own: Vote<S> | null): 'known' | 'marked' | 'missing' {
    if (this.knows(id)) return 'known';
    if (own === null || compareVotes(own, id) !== 0) return 'missing';
    this.mark = own;
    return 'marked';
  }

  /** A chosen vote with its state; true if it was news. */
  learn(vote: Vote<S>): boolean {
    if (this.knows(vote)) return false;
    this.mark = vote;
    return true;
  }
}
