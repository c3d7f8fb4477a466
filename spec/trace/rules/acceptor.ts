/** Acceptors and learners (protocol.md, "Phase 1" 2, "Phase 2" 5). */
import { compareBallots, compareVotes } from '../../../src/paxos/ballot.ts';
import { ballotText } from '../../../src/runtime/trace.ts';
import { ballotOf, type Voted, votedOf, votedOrNone } from '../names.ts';
import { demand } from '../refusal.ts';
import type { CounterSpec, Site } from '../state.ts';
import { isPrepared } from './disk.ts';
import type { Rules } from './rule.ts';

export const acceptorRules: Rules<'promise' | 'accepted' | 'nack' | 'marked' | 'learn' | 'carried'> = {
  promise(spec, site, line) {
    const [ballot, vote, mark] = [ballotOf(line.ballot), votedOrNone(line.vote), votedOrNone(line.mark)];
    isPrepared(spec, ballot);
    demand(line.to === ballot.actor, 'a promise goes to its proposer', () => `it went to ${line.to}`);
    demand(
      compareBallots(site.disk.promise, ballot) >= 0,
      'the promise is durable before it leaves',
      () => `durable is ${site.disk.promise === null ? 'none' : ballotText(site.disk.promise)}`,
    );
    notBelow(site, ballot, 'promises never go down');
    reports(spec, site, vote);
    if (mark !== null) spec.chosenProposal(mark);
    site.promised = ballot;
    const { holding } = spec.site(ballot.actor);
    if (holding !== null && compareBallots(holding.ballot, ballot) === 0 && !holding.isElected) {
      holding.promises.set(line.actor, vote);
    }
  },

  accepted(spec, site, line) {
    const vote = votedOf(line.vote);
    const proposal = spec.proposal(vote);
    demand(line.to === vote.ballot.actor, 'an accepted goes to its proposer', () => `it went to ${line.to}`);
    notBelow(site, vote.ballot, 'no vote below a promise');
    demand(
      compareVotes(site.disk.vote, vote) >= 0,
      'the vote is durable before accepted leaves',
      () => `durable is ${site.disk.vote?.name ?? 'none'}`,
    );
    if (compareVotes(vote, site.accepted) > 0) site.accepted = vote;
    proposal?.accepted.add(line.actor);
    spec.hold(line.actor, vote);
  },

  nack(spec, site, line) {
    const [ballot, promised] = [ballotOf(line.ballot), ballotOf(line.promised)];
    isPrepared(spec, promised);
    demand(
      compareBallots(promised, ballot) >= 0,
      'a nack names a promise that is not lower',
      () => `${line.promised} is below ${line.ballot}`,
    );
    notBelow(site, promised, 'promises never go down');
  },

  marked(spec, site, line) {
    const vote = votedOf(line.vote);
    spec.chosenProposal(vote);
    demand(compareVotes(vote, site.mark) > 0, 'a mark never goes down', () => `it was ${site.mark?.name}`);
    site.mark = vote;
  },

  learn(spec, _site, line) {
    spec.chosenProposal(votedOf(line.vote));
  },

  carried(spec, _site, line) {
    spec.chosenProposal(votedOf(line.vote));
  },
};

function notBelow({ promised }: Site, ballot: NonNullable<Site['promised']>, guard: string): void {
  demand(
    compareBallots(ballot, promised) >= 0,
    guard,
    () => `it has promised ${promised === null ? 'none' : ballotText(promised)}`,
  );
}

/** What an acceptor tells to be its vote is durable, and not lower than what it told before. */
export function reports(spec: CounterSpec, site: Site, vote: Voted | null): void {
  if (vote !== null) spec.proposal(vote);
  demand(
    compareVotes(vote, site.accepted) >= 0,
    'an acceptor reports its highest vote',
    () => `it has accepted ${site.accepted?.name}`,
  );
  demand(
    compareVotes(vote, site.disk.vote) <= 0,
    'the vote it reports is durable',
    () => `durable is ${site.disk.vote?.name ?? 'none'}`,
  );
}
