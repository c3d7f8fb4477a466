/** What the specification knows of one counter at one moment of the trace. Bounded, however long the trace is. */
import { type BatchNumber, type CounterState, compareNumbers, counts } from '../../src/counter/state.ts';
import { type Actor, type Ballot, compareVotes, type VoteId } from '../../src/paxos/ballot.ts';
import { majority } from '../../src/paxos/quorum.ts';
import { type Account, openAccount } from './accounts/account.ts';
import type { Part, Voted } from './names.ts';
import { demand, Refusal } from './refusal.ts';

/** A vote that a proposer has asked for. */
export interface Proposal extends VoteId {
  readonly name: string;
  readonly digest: string;
  /** Null if what it was built on is forgotten. */
  readonly state: CounterState | null;
  /** Who holds it, durably. */
  readonly holders: Set<Actor>;
  /** Who has told its proposer so. */
  readonly accepted: Set<Actor>;
  isChosen: boolean;
}

/** What is durable of the counter at one actor. */
export interface Disk {
  readonly promise: Ballot | null;
  readonly vote: Voted | null;
  readonly mark: Voted | null;
  readonly sealed: Part | null;
  readonly open: Part | null;
}

/** A ballot that its proposer has not given up. */
export interface Holding {
  readonly ballot: Ballot;
  /** What each acceptor reported to have voted for. */
  readonly promises: Map<Actor, Voted | null>;
  isElected: boolean;
  /** The last proposal, or the base. */
  latest: Voted | null;
}

/** A batch that has been sealed. */
export interface Seal extends Part {
  /** In which life, the last time. */
  life: number;
  /** Of its amount. */
  answered: bigint;
  /** The last result told. */
  told: bigint | null;
}

export interface Round {
  reads: number;
  /** What was chosen when it began. */
  readonly floor: VoteId | null;
  /** What each actor had answered 202 when it began. */
  readonly recorded: ReadonlyMap<Actor, BatchNumber>;
}

/** The counter at one actor. */
export interface Site {
  readonly actor: Actor;
  life: number;
  disk: Disk;
  /** Handed to the store, and not known to be durable. */
  pending: Disk | null;
  /** It may be durable, since nobody heard of its end before the end of that life. */
  maybe: Disk | null;
  /** The highest ballot that it has prepared. */
  prepared: Ballot | null;
  /** The highest of those that its own acceptor has promised, durably: only then others hear of it. */
  ownPromise: Ballot | null;
  holding: Holding | null;
  /** The highest ballot that it has told anybody to have promised. */
  promised: Ballot | null;
  /** The highest vote that it has told anybody to have accepted. */
  accepted: Voted | null;
  mark: Voted | null;
  shown: Voted | null;
  /** The last ones. */
  readonly seals: Seal[];
  /** The highest number of those that are forgotten. */
  forgotten: BatchNumber | null;
  /** The highest number of a batch answered 202. */
  recorded: BatchNumber | null;
  readonly rounds: Map<string, Round>;
  readonly account: Account;
}

/** A batch in a chosen state. */
interface CountedBatch {
  readonly number: BatchNumber;
  readonly total: bigint;
  /** The lowest one of a chosen state that counts it. */
  slot: number;
}

const NOTHING: Disk = { promise: null, vote: null, mark: null, sealed: null, open: null };

/** Proposals, batches: what is older is forgotten, and what is told of it is believed. */
const PROPOSALS = 128;
export const BATCHES = 8;

export class CounterSpec {
  readonly actors: readonly Actor[];
  readonly sites = new Map<Actor, Site>();
  readonly proposals = new Map<string, Proposal>();
  /** The highest chosen vote. */
  chosen: Proposal | null = null;
  readonly #counted = new Map<Actor, CountedBatch[]>();
  /** Proposals at or below it may be forgotten. */
  #forgotten: VoteId | null = null;

  constructor(actors: readonly Actor[]) {
    this.actors = actors;
  }

  get majority(): number {
    return majority(this.actors.length);
  }

  site(actor: Actor): Site {
    const known = this.sites.get(actor);
    if (known !== undefined) return known;
    demand(this.actors.includes(actor), 'it is one of the actors', () => `${actor} is none`);
    const site: Site = {
      actor,
      life: 0,
      disk: NOTHING,
      pending: null,
      maybe: null,
      prepared: null,
      ownPromise: null,
      holding: null,
      promised: null,
      accepted: null,
      mark: null,
      shown: null,
      seals: [],
      forgotten: null,
      recorded: null,
      rounds: new Map(),
      account: openAccount(),
    };
    this.sites.set(actor, site);
    return site;
  }

  /** Null: it was forgotten. */
  proposal(vote: Voted): Proposal | null {
    const proposal = this.proposals.get(vote.name);
    if (proposal === undefined) {
      if (compareVotes(this.#forgotten, vote) >= 0) return null;
      throw new Refusal('the vote was proposed', `nobody proposed ${vote.name}`);
    }
    demand(
      vote.digest === null || vote.digest === proposal.digest,
      'a (ballot, slot) never carries two states',
      () => `${vote.name} was proposed with the state ${proposal.digest}, not ${vote.digest}`,
    );
    return proposal;
  }

  /** The same, and it has to be chosen. */
  chosenProposal(vote: Voted): Proposal | null {
    const proposal = this.proposal(vote);
    demand(proposal?.isChosen !== false, 'the vote is chosen', () => {
      const holders = [...(proposal?.holders ?? [])].join(', ') || 'nobody';
      return `${vote.name} is held by ${holders} of ${this.actors.length} actors`;
    });
    return proposal;
  }

  propose(proposal: Proposal): void {
    this.proposals.set(proposal.name, proposal);
    if (this.proposals.size > PROPOSALS) this.#forget();
  }

  /** `actor` holds it durably. A vote that a majority holds is chosen. */
  hold(actor: Actor, vote: Voted): void {
    const proposal = this.proposal(vote);
    if (proposal === null) return;
    proposal.holders.add(actor);
    if (proposal.isChosen || proposal.holders.size < this.majority) return;
    proposal.isChosen = true;
    const { chosen } = this;
    if (chosen !== null) {
      const [lower, higher] = compareVotes(chosen, proposal) < 0 ? [chosen, proposal] : [proposal, chosen];
      carriesOn(lower, higher);
    }
    if (compareVotes(proposal, chosen) > 0) this.chosen = proposal;
    this.#count(proposal);
  }

  /** Whether a chosen state counts the batch of `origin` with that number. */
  isCounted(origin: Actor, number: BatchNumber): boolean {
    return this.chosen?.state == null
      ? this.counted(origin, number) !== null
      : counts(this.chosen.state, origin, number);
  }

  /** Null: it is not counted, or that was forgotten. */
  counted(origin: Actor, number: BatchNumber): CountedBatch | null {
    const batches = this.#counted.get(origin) ?? [];
    return batches.find((batch) => compareNumbers(batch.number, number) === 0) ?? null;
  }

  #count({ state, slot }: Proposal): void {
    if (state === null) return;
    for (const [origin, { number, total }] of state.origins) {
      const known = this.counted(origin, number);
      if (known !== null) {
        known.slot = Math.min(known.slot, slot);
        continue;
      }
      const batches = this.#counted.get(origin) ?? [];
      batches.push({ number, total, slot });
      if (batches.length > BATCHES) batches.shift();
      this.#counted.set(origin, batches);
    }
  }

  /** What is below the highest chosen vote, and on no disk, nobody needs but who lags far behind. */
  #forget(): void {
    const needed = new Set<string>();
    for (const { disk, pending, maybe, mark, holding } of this.sites.values()) {
      for (const one of [disk, pending, maybe]) needed.add(one?.vote?.name ?? '').add(one?.mark?.name ?? '');
      needed.add(mark?.name ?? '').add(holding?.latest?.name ?? '');
    }
    for (const proposal of this.proposals.values()) {
      if (this.proposals.size <= PROPOSALS / 2) return;
      if (compareVotes(proposal, this.chosen) >= 0 || needed.has(proposal.name)) continue;
      this.proposals.delete(proposal.name);
      const { ballot, slot } = proposal;
      if (compareVotes(proposal, this.#forgotten) > 0) this.#forgotten = { ballot, slot };
    }
  }
}

/** A batch of that site with that number may have been sealed, long ago. */
export function isForgotten({ forgotten }: Site, number: BatchNumber): boolean {
  return forgotten !== null && compareNumbers(number, forgotten) <= 0;
}

/** Chosen states form a chain: the higher counts all that the lower counts. */
function carriesOn(lower: Proposal, higher: Proposal): void {
  const [before, after] = [lower.state, higher.state];
  if (before === null || after === null) return;
  const isCounted = [...before.origins].every(([origin, { number }]) => counts(after, origin, number));
  demand(
    isCounted && before.total <= after.total,
    'chosen states form a chain',
    () => `${higher.name} does not carry on ${lower.name}`,
  );
}
