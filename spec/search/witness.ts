/**
 * What is known from outside of all that has happened: which votes were proposed, who has made which durable, which
 * batches have left, and what clients were told. It is a part of a state, since what is right later depends on it.
 */
import type { CounterState } from '../../src/counter/state.ts';
import { type Actor, type Ballot, compareBallots, type Vote, type VoteId } from '../../src/paxos/ballot.ts';
import { isWithin } from '../history/digits.ts';
import { linearizable } from '../history/linearizable.ts';
import { InvariantViolation } from '../history/operation.ts';
import { recorded } from '../history/recorded.ts';
import { History } from '../simulation/history.ts';
import { chain } from '../simulation/invariants/chain.ts';
import { once } from '../simulation/invariants/once.ts';
import { COUNTER, type Told } from './clients.ts';
import { textOf } from './graph.ts';

/** A vote that was proposed, and the actors that have accepted it. */
export interface Witnessed {
  readonly vote: Vote<CounterState>;
  readonly acceptors: readonly Actor[];
}

export interface Votes {
  /** By name. */
  readonly witnessed: ReadonlyMap<string, Witnessed>;
  /** The names of those that are chosen. */
  readonly chosen: ReadonlySet<string>;
  /** All that the chosen states count. */
  readonly counted: bigint;
  readonly text: string;
}

export const NO_VOTES: Votes = { witnessed: new Map(), chosen: new Set(), counted: 0n, text: '' };

export function nameOf({ ballot, slot }: VoteId): string {
  return `${ballotName(ballot)}/${slot}`;
}

export function ballotName(ballot: Ballot | null): string {
  return ballot === null ? '-' : `${ballot.round}.${ballot.actor}`;
}

/** It is durable at that actor, or was, in one flush with a higher one that took its place. */
export interface Accepted {
  readonly actor: Actor;
  readonly id: VoteId;
}

/** With what one step has added; throws if that breaks an invariant. */
export function witness(
  before: Votes,
  actors: number,
  proposed: readonly Vote<CounterState>[],
  accepted: readonly Accepted[],
): Votes {
  const witnessed = new Map(before.witnessed);
  for (const vote of proposed) {
    const other = witnessed.get(nameOf(vote));
    if (other === undefined) witnessed.set(nameOf(vote), { vote, acceptors: [] });
    else if (textOf(other.vote.state) !== textOf(vote.state))
      throw new InvariantViolation(`${nameOf(vote)} carries two different states`);
  }
  for (const { actor, id } of accepted) {
    const one = witnessed.get(nameOf(id));
    if (one === undefined) throw new InvariantViolation(`${nameOf(id)} is accepted, but nobody proposed it`);
    const acceptors = [...new Set([...one.acceptors, actor])].sort();
    witnessed.set(nameOf(id), { vote: one.vote, acceptors });
  }
  const text = [...witnessed]
    .map(([name, { vote, acceptors }]) => `${name}${textOf(vote.state)}${acceptors.join('')}`)
    .sort()
    .join(' ');
  return text === before.text ? before : { ...chosenOf(witnessed, actors), witnessed, text };
}

/** The chosen votes by the simulation's own book-keeping, and its invariants of them. */
function chosenOf(witnessed: ReadonlyMap<string, Witnessed>, actors: number) {
  const history = new History(actors);
  for (const { vote, acceptors } of witnessed.values()) {
    history.sent(vote.ballot.actor, COUNTER, { type: 'accept', vote });
    for (const acceptor of acceptors) history.accepted(acceptor, COUNTER, vote);
  }
  chain(history);
  once(history);
  const votes = history.chosen.get(COUNTER) ?? [];
  votes.reduce(
    (lower, higher) => {
      if (compareBallots(lower.ballot, higher.ballot) < 0 && lower.slot >= higher.slot)
        throw new InvariantViolation(`${nameOf(higher)} is chosen after ${nameOf(lower)}`);
      return higher;
    },
    votes[0] as Vote<CounterState>,
  );
  const counted = votes.reduce((sum, { state }) => sum | state.total, 0n);
  return { chosen: new Set(votes.map(nameOf)), counted };
}

/** What clients were told does not contradict itself, nor what is chosen. */
export function checkTold(told: Told, { witnessed, chosen, counted }: Votes): void {
  const operations = told.filter((one) => one !== null);
  linearizable({ operations });
  recorded({ operations });
  const totals = [0n, ...[...chosen].map((name) => witnessed.get(name)?.vote.state.total ?? 0n)];
  for (const { kind, actor, outcome, amount, value } of operations) {
    if (outcome === 'counted' && !isWithin(amount, counted))
      throw new InvariantViolation(`an increment at ${actor} was answered 200, and is in no chosen state`);
    if (kind === 'read' && outcome === 'read' && !totals.includes(value))
      throw new InvariantViolation(`a read at ${actor} tells 0o${value.toString(8)}, which was never chosen`);
  }
}

/** What was answered 202 is in a chosen state, or durable at its origin; what was refused is in no state at all. */
export function checkKept(
  told: Told,
  { counted, witnessed }: Votes,
  recordedAt: (actor: Actor) => bigint,
): void {
  for (const one of told) {
    if (one?.outcome === 'recorded' && !isWithin(one.amount, counted | recordedAt(one.actor)))
      throw new InvariantViolation(`an increment at ${one.actor} was answered 202, and is lost`);
    if (one?.outcome !== 'refused' || one.kind !== 'increment') continue;
    for (const { vote } of witnessed.values()) {
      if (isWithin(one.amount, vote.state.total))
        throw new InvariantViolation(
          `an increment at ${one.actor} was refused, and is counted in ${nameOf(vote)}`,
        );
    }
  }
}
