/** Proposers (protocol.md, "Phase 1" 1 and 3, "Phase 2" 4 and 6). */
import { apply, type CounterState, compareNumbers, counts, zero } from '../../../src/counter/state.ts';
import { type Actor, compareBallots, compareVotes, highestVote } from '../../../src/paxos/ballot.ts';
import { ballotText, digest, numberText } from '../../../src/runtime/trace.ts';
import { amountOf, ballotOf, numberOf, type Part, sentOf, votedOf, votedOrNone } from '../names.ts';
import { demand, Refusal } from '../refusal.ts';
import { type CounterSpec, type Holding, isForgotten, type Site } from '../state.ts';
import type { Rules } from './rule.ts';

export const proposerRules: Rules<'prepare' | 'elected' | 'accept' | 'chosen' | 'counted'> = {
  prepare(_spec, site, line) {
    const ballot = ballotOf(line.ballot);
    demand(ballot.actor === line.actor, 'only that actor proposes in it', () => `it is ${line.actor}`);
    demand(
      compareBallots(ballot, site.prepared) > 0,
      'rounds never repeat',
      () => `it has prepared ${site.prepared === null ? 'none' : ballotText(site.prepared)}`,
    );
    demand(
      compareBallots(ballot, site.disk.promise) > 0,
      'a round is above every ballot seen',
      () => `it has promised ${site.disk.promise === null ? 'none' : ballotText(site.disk.promise)}`,
    );
    site.prepared = ballot;
    site.holding = { ballot, promises: new Map(), isElected: false, latest: null };
  },

  elected(spec, site, line) {
    const holding = holdingOf(site, line.ballot);
    const base = votedOrNone(line.base);
    demand(!holding.isElected, 'a ballot is elected once', () => `${line.ballot} was`);
    isMajority(spec, line.promised);
    const votes = line.promised.map((actor) => {
      const vote = holding.promises.get(actor);
      if (vote !== undefined) return vote;
      throw new Refusal('who elected has promised', `${actor} has not promised ${line.ballot}`);
    });
    const highest = highestVote(votes);
    demand(
      compareVotes(base, highest) === 0,
      'the base is the highest vote among the promises',
      () => `that is ${highest?.name ?? 'none'}`,
    );
    const { chosen } = spec;
    const isOlder = chosen !== null && compareBallots(chosen.ballot, holding.ballot) < 0;
    demand(
      !isOlder || compareVotes(base, chosen) >= 0,
      'the base counts what is chosen in lower ballots',
      () => `${chosen?.name} is chosen`,
    );
    holding.isElected = true;
    holding.latest = highest;
  },

  accept(spec, site, line) {
    const vote = votedOf(line.vote);
    const holding = holdingOf(site, ballotText(vote.ballot));
    const { latest } = holding;
    demand(
      !spec.proposals.has(vote.name),
      'a (ballot, slot) is proposed once',
      () => `${vote.name} was proposed before`,
    );
    demand(holding.isElected, 'a majority has elected it', () => `${ballotText(vote.ballot)} is not elected`);
    demand(
      vote.slot === (latest?.slot ?? 0) + 1,
      'slot = last slot + 1',
      () => `the last is ${latest?.name ?? 'none'}`,
    );
    demand(
      (line.base ?? null) === (latest?.name ?? null),
      'an accept carries on the last one, or the base',
      () => `that is ${latest?.name ?? 'none'}`,
    );
    const base = latest === null ? null : spec.proposal(latest);
    const isFirst = latest === null || compareBallots(latest.ballot, vote.ballot) < 0;
    demand(
      isFirst || base?.isChosen !== false,
      'one accept is under way',
      () => `${latest?.name} is not chosen`,
    );
    const before = latest === null ? zero : (base?.state ?? null);
    const state = before === null ? null : applied(spec, before, line.batches);
    if (state !== null) {
      demand(
        state.total === amountOf(line.total),
        'the total is that of the base and the batches',
        () => `that is ${state.total}, not ${line.total}`,
      );
      demand(
        digest(state) === vote.digest,
        'the state is the base with the batches applied',
        () => `its digest is ${digest(state)}`,
      );
    }
    spec.propose({
      name: vote.name,
      ballot: vote.ballot,
      slot: vote.slot,
      digest: vote.digest ?? '',
      state,
      holders: new Set(),
      accepted: new Set(),
      isChosen: false,
    });
    holding.latest = vote;
  },

  chosen(spec, site, line) {
    const vote = votedOf(line.vote);
    const proposal = spec.proposal(vote);
    const { holding } = site;
    demand(
      holding !== null && holding.latest?.name === vote.name,
      'the accept is under way here',
      () => `under way is ${holding?.latest?.name ?? 'none'}`,
    );
    isMajority(spec, line.accepted);
    for (const actor of line.accepted) {
      demand(
        proposal?.accepted.has(actor) !== false,
        'who accepted has said so',
        () => `${actor} has not accepted ${vote.name}`,
      );
    }
  },

  counted(spec, _site, line) {
    const number = numberOf(line.batch);
    isCounted(spec, line.to, number, amountOf(line.total));
  },
};

function holdingOf({ holding }: Site, ballot: string): Holding {
  demand(
    holding !== null && ballotText(holding.ballot) === ballot,
    'the ballot is its own, and not given up',
    () => `${ballot} is not what it prepared last in this life`,
  );
  return holding;
}

function isMajority(spec: CounterSpec, actors: readonly Actor[]): void {
  const distinct = new Set(actors.filter((actor) => spec.actors.includes(actor)));
  demand(
    distinct.size >= spec.majority,
    'it takes a majority',
    () => `${[...distinct].join(', ') || 'nobody'} of ${spec.actors.length} actors`,
  );
}

/** Every batch as its origin has sealed it, and none that counts already. */
function applied(spec: CounterSpec, before: CounterState, batches: readonly string[]): CounterState {
  return batches.reduce((state, text) => {
    const batch = sentOf(text);
    const { origin, number } = batch;
    isSealed(spec, origin, batch);
    demand(
      !counts(state, origin, number),
      'a batch counts once',
      () => `${origin} ${numberText(number)} is counted in the base`,
    );
    return apply(state, batch);
  }, before);
}

/** Of numbers that may be forgotten nothing is asked. */
export function isSealed(spec: CounterSpec, origin: Actor, { number, amount }: Part): void {
  const site = spec.site(origin);
  if (isForgotten(site, number)) return;
  const seal = site.seals.find((one) => compareNumbers(one.number, number) === 0);
  demand(
    seal !== undefined && seal.amount === amount,
    'a batch is as its origin sealed it',
    () => `${origin} ${numberText(number)} is ${seal === undefined ? 'not sealed' : `+${seal.amount}`}`,
  );
}

/** A chosen state counts it; with that total, unless that is forgotten. */
export function isCounted(spec: CounterSpec, origin: Actor, number: Part['number'], total: bigint): void {
  demand(
    spec.isCounted(origin, number),
    'the batch is in a chosen state',
    () => `the highest chosen is ${spec.chosen?.name ?? 'none'}`,
  );
  const counted = spec.counted(origin, number);
  demand(
    counted === null || counted.total === total,
    'the total is that right after the batch',
    () => `that is ${counted?.total}`,
  );
}
