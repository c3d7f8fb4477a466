import { type Ballot, compareBallots, compareVotes, type Vote } from './ballot.ts';

export type AcceptorInput<S> =
  | { readonly type: 'prepare'; readonly ballot: Ballot }
  | { readonly type: 'accept'; readonly vote: Vote<S> };

/**
 * What an acceptor does with one message: `promised` and `accepted` change it and must be durable before the answer
 * leaves; `repeated` answers a doubled message as the first time; `refused` is a nack.
 */
export type AcceptorVerdict = 'promised' | 'accepted' | 'repeated' | 'refused';

/** The memory of Paxos (Lamport, Paxos Made Simple, section 2.5); keeps only its highest vote. */
export class Acceptor<S> {
  promise: Ballot | null;
  vote: Vote<S> | null;

  constructor(promise: Ballot | null, vote: Vote<S> | null) {
    this.promise = promise;
    this.vote = vote;
  }

  step(input: AcceptorInput<S>): AcceptorVerdict {
    return input.type === 'prepare' ? this.#prepare(input.ballot) : this.#accept(input.vote);
  }

  #prepare(ballot: Ballot): AcceptorVerdict {
    const order = compareBallots(this.promise, ballot);
    if (order > 0) return 'refused';
    if (order === 0) return 'repeated';
    this.promise = ballot;
    return 'promised';
  }

  #accept(vote: Vote<S>): AcceptorVerdict {
    if (compareBallots(this.promise, vote.ballot) > 0) return 'refused';
    const order = compareVotes(this.vote, vote);
    if (order > 0) return 'refused';
    if (order === 0) return 'repeated';
    this.promise = vote.ballot;
    this.vote = vote;
    return 'accepted';
  }
}
