/** Ballots, votes and marks: what an actor tells of its own, and what its ballots were told. */
import { compareBallots, compareVotes } from '../../../src/paxos/ballot.ts';
import { ballotText, numberText } from '../../../src/runtime/trace.ts';
import {
  amountOf,
  ballotOf,
  ballotOrNone,
  numberOf,
  sentOf,
  type Voted,
  votedOf,
  votedOrNone,
} from '../names.ts';
import type { CounterSpec, Site } from '../state.ts';
import { type Accounts, agree } from './account.ts';
import { isAsked } from './reader.ts';

export const replicaAccounts: Accounts = {
  loaded(_spec, { account, disk }) {
    account.durable = disk.mark;
    account.told = disk.mark;
    account.accepting = null;
  },

  writing(_spec, site, line) {
    if (line.mark === undefined) return;
    agree(
      compareVotes(votedOrNone(line.mark), site.mark) === 0,
      'the mark that is written is its own',
      () => `that is ${site.mark?.name ?? 'none'}`,
    );
  },

  /** What was told waited for this flush at the most: it knew by then what the one before had written. */
  flushed(_spec, { account, disk }) {
    if (compareVotes(account.durable, account.told) > 0) account.told = account.durable;
    account.durable = disk.mark;
  },

  prepare(_spec, { account }, line) {
    account.prepared.add(ballotOf(line.ballot), null);
    account.accepting = null;
  },

  promise(spec, site, line) {
    wasPrepared(spec, line.ballot);
    tellsMark(site, votedOrNone(line.mark));
  },

  nack(spec, site, line) {
    const [ballot, promised] = [ballotOf(line.ballot), ballotOf(line.promised)];
    agree(line.to === ballot.actor, 'a nack goes to its proposer', () => `it went to ${line.to}`);
    wasPrepared(spec, line.ballot);
    wasPrepared(spec, line.promised);
    const { promise } = site.pending ?? site.disk;
    agree(
      compareBallots(promised, promise) >= 0,
      'a nack names the promise',
      () => `that is ${promise === null ? 'none' : ballotText(promise)}`,
    );
  },

  accept(_spec, { account }, line) {
    const { accepting } = account;
    agree(accepting === null, 'one accept is under way', () => `nobody was told that ${accepting} is chosen`);
    account.accepting = votedOf(line.vote).name;
    for (const text of line.batches) {
      const { origin, number } = sentOf(text);
      agree(
        origin === line.actor || account.received?.get(origin)?.has(number) === true,
        'a batch was sent to its proposer',
        () => `nobody sent ${text} to ${line.actor}`,
      );
    }
  },

  chosen(_spec, { account }, line) {
    isUnderWay(account.accepting, votedOf(line.vote));
    account.chosen = account.accepting;
    account.accepting = null;
  },

  carried(spec, site, line) {
    const vote = votedOf(line.vote);
    // By who knows a mark that answers the read, or by who holds the ballot.
    if (compareVotes(vote, site.mark) !== 0) {
      isUnderWay(site.account.accepting, vote);
      isAccepted(spec, vote);
    }
    isAsked(spec, line);
  },

  counted(spec, { holding, account }, line) {
    spec.site(line.to).account.counted.add(numberOf(line.batch), null);
    agree(holding !== null, 'a holder tells what is counted', () => 'it has prepared no ballot in this life');
    const { latest } = holding;
    // Who has nothing to add to its base tells without an accept, and so without having told who elected it.
    if (!holding.isElected || latest === null) return;
    agree(
      line.slot === latest.slot,
      'the slot is that of its last accept, or of its base',
      () => `that is ${latest.slot}`,
    );
    if (account.accepting === latest.name) isAccepted(spec, latest);
    const state = spec.proposal(latest)?.state ?? null;
    const counted = state?.origins.get(line.to);
    agree(
      state === null ||
        (counted !== undefined &&
          numberText(counted.number) === line.batch &&
          counted.total === amountOf(line.total)),
      'what it tells to be counted is so in that state',
      () =>
        `that is ${counted === undefined ? 'nothing' : `${numberText(counted.number)}, ${counted.total}`}`,
    );
  },

  /**
   * To who asks for it; or, by who had it chosen, to who was not asked for a vote: before it has marked it, or when it knows a
   * higher mark already.
   */
  learn(_spec, site, line) {
    const vote = votedOf(line.vote);
    agree(
      compareVotes(vote, site.mark) === 0 || vote.name === site.account.chosen,
      'the mark it tells is its own',
      () => `that is ${site.mark?.name ?? 'none'}`,
    );
    agree(line.to !== line.actor, 'who asked is another', () => `it is ${line.to}`);
  },

  /** It waits for nothing, so it tells what is durable, and the mark that is known, at this very moment. */
  'read answered'(spec, { disk, mark }, line) {
    if (line.promised !== null) wasPrepared(spec, line.promised);
    agree(
      compareBallots(ballotOrNone(line.promised), disk.promise) === 0,
      'the promise it reports is the durable one',
      () => `that is ${disk.promise === null ? 'none' : ballotText(disk.promise)}`,
    );
    agree(
      compareVotes(votedOrNone(line.vote), disk.vote) === 0,
      'the vote it reports is the durable one',
      () => `that is ${disk.vote?.name ?? 'none'}`,
    );
    agree(
      compareVotes(votedOrNone(line.mark), mark) === 0,
      'the mark it reports is the one it knows',
      () => `that is ${mark?.name ?? 'none'}`,
    );
  },
};

/** Exactly that ballot, not only a higher one. */
function wasPrepared(spec: CounterSpec, text: string): void {
  const ballot = ballotOf(text);
  const { prepared } = spec.site(ballot.actor).account;
  agree(
    prepared.has(ballot),
    'that very ballot was prepared',
    () => `${ballot.actor} never prepared ${text}`,
  );
}

function isUnderWay(accepting: string | null, { name }: Voted): void {
  agree(accepting === name, 'the accept is under way', () => `under way is ${accepting ?? 'none'}`);
}

/** Its proposer was told so by a majority. */
function isAccepted(spec: CounterSpec, vote: Voted): void {
  const accepted = spec.proposal(vote)?.accepted;
  agree(
    accepted === undefined || accepted.size >= spec.majority,
    'a majority has said that it accepted',
    () => `${vote.name} was accepted by ${[...(accepted ?? [])].join(', ') || 'nobody'}`,
  );
}

/** The mark that it had when the message was made, which may have waited for a flush. */
function tellsMark({ account, mark: own }: Site, mark: Voted | null): void {
  agree(
    compareVotes(mark, own) <= 0,
    'the mark it reports is its own',
    () => `that is ${own?.name ?? 'none'}`,
  );
  const { told } = account;
  agree(compareVotes(mark, told) >= 0, 'the mark it reports is its last', () => `it had ${told?.name}`);
  account.told = mark;
}
