/** What is durable: what an actor hands to its store, and what it reads back. */
import { compareNumbers } from '../../../src/counter/state.ts';
import { compareBallots, compareVotes } from '../../../src/paxos/ballot.ts';
import { ballotText, type CounterEvent, numberText } from '../../../src/runtime/trace.ts';
import { ballotOrNone, type Part, partOf, votedOrNone } from '../names.ts';
import { demand, Refusal } from '../refusal.ts';
import type { CounterSpec, Disk, Site } from '../state.ts';
import type { Rules } from './rule.ts';

type Written = Extract<CounterEvent, { readonly event: 'writing' }>;

export const diskRules: Rules<'loaded' | 'writing' | 'flushed'> = {
  loaded(spec, site, line) {
    const read = diskOf(site.disk, line);
    const isAsFlushed = wordsOf(read) === wordsOf(site.disk);
    const isAsWritten = site.maybe !== null && wordsOf(read) === wordsOf(site.maybe);
    demand(isAsFlushed || isAsWritten, 'what was flushed is read back', () => {
      const maybe = site.maybe === null ? '' : `, or maybe ${wordsOf(site.maybe)}`;
      return `durable is ${wordsOf(site.disk)}${maybe}; read back was ${wordsOf(read)}`;
    });
    become(spec, site, read);
    site.maybe = null;
    // What a proposer, and a learner, had in memory is gone.
    site.holding = null;
    site.mark = read.mark;
    // A ballot that its own acceptor had not promised durably was never heard of.
    if (compareBallots(site.prepared, read.promise) > 0) site.prepared = site.ownPromise;
  },

  writing(spec, site, line) {
    const { disk } = site;
    demand(site.pending === null, 'one flush at a time', () => 'the flush before has not ended');
    const next = diskOf(disk, line);
    const { promise, vote, mark } = next;
    demand(
      compareBallots(promise, disk.promise) >= 0,
      'a promise is kept',
      () => `${line.promise} is below the durable promise ${disk.promise && ballotText(disk.promise)}`,
    );
    if (promise !== null) isPrepared(spec, promise);
    const order = compareVotes(vote, disk.vote);
    demand(order >= 0, 'a vote is replaced by a higher one only', () => `${disk.vote?.name} is durable`);
    if (vote !== null && order > 0) {
      spec.proposal(vote);
      demand(
        compareBallots(vote.ballot, disk.promise) >= 0,
        'no vote below a promise',
        () => `${vote.name} is below the durable promise ${disk.promise && ballotText(disk.promise)}`,
      );
      demand(
        compareBallots(vote.ballot, promise) <= 0,
        'a vote promises its ballot',
        () => `${vote.name} is above the promise ${line.promise}`,
      );
    } else if (vote !== null && vote.digest !== disk.vote?.digest) spec.proposal(vote);
    demand(
      compareVotes(mark, disk.mark) >= 0,
      'a mark never goes down',
      () => `${disk.mark?.name} is durable`,
    );
    if (mark !== null) spec.chosenProposal(mark);
    for (const record of [disk.sealed, disk.open]) if (record !== null) keeps(spec, site, next, record);
    site.pending = next;
  },

  flushed(spec, site) {
    const { pending } = site;
    demand(pending !== null, 'what is flushed was written', () => 'nothing was handed to the store');
    site.pending = null;
    become(spec, site, pending);
  },
};

function become(spec: CounterSpec, site: Site, disk: Disk): void {
  site.disk = disk;
  if (disk.promise?.actor === site.actor) site.ownPromise = disk.promise;
  if (disk.vote !== null) spec.hold(site.actor, disk.vote);
}

/** Some proposer has prepared that ballot. */
export function isPrepared(spec: CounterSpec, ballot: NonNullable<Disk['promise']>): void {
  const { prepared } = spec.site(ballot.actor);
  demand(
    compareBallots(prepared, ballot) >= 0,
    'the ballot was prepared',
    () => `${ballot.actor} never prepared ${ballotText(ballot)}`,
  );
}

/** A 202 record stays until a chosen state counts it, and its amount is never reduced. */
function keeps(spec: CounterSpec, { actor }: Site, { sealed, open }: Disk, record: Part): void {
  const kept = [sealed, open].find((one) => one !== null && compareNumbers(one.number, record.number) === 0);
  if (kept != null && kept.amount >= record.amount) return;
  if (spec.isCounted(actor, record.number)) return;
  throw new Refusal('202 records stay until they are counted', `${numberText(record.number)} is not counted`);
}

function diskOf(disk: Disk, written: Omit<Written, 'event'>): Disk {
  const { promise, vote, mark, sealed, open } = written;
  return {
    promise: promise === undefined ? disk.promise : ballotOrNone(promise),
    vote: vote === undefined ? disk.vote : votedOrNone(vote),
    mark: mark === undefined ? disk.mark : votedOrNone(mark),
    sealed: sealed === undefined ? disk.sealed : sealed === null ? null : partOf(sealed),
    open: open === undefined ? disk.open : open === null ? null : partOf(open),
  };
}

export function wordsOf({ promise, vote, mark, sealed, open }: Disk): string {
  const part = (one: Part | null) => (one === null ? 'none' : `${numberText(one.number)}+${one.amount}`);
  return [
    `promise ${promise === null ? 'none' : ballotText(promise)}`,
    `vote ${vote === null ? 'none' : `${vote.name}#${vote.digest}`}`,
    `mark ${mark === null ? 'none' : `${mark.name}#${mark.digest}`}`,
    `sealed ${part(sealed)}`,
    `open ${part(open)}`,
  ].join(', ');
}
