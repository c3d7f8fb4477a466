import type { CounterState } from '../../src/counter/state.ts';
import { type Actor, compareVotes, type Vote } from '../../src/paxos/ballot.ts';
import { majority } from '../../src/paxos/quorum.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { begin, InvariantViolation, type Operation } from '../history/operation.ts';

/** All that can be seen from outside the actors: clients' operations, and every message that left. */
export class History {
  readonly operations: Operation[] = [];
  /** Chosen votes per counter. */
  readonly chosen = new Map<string, Vote<CounterState>[]>();
  readonly #actors: number;
  readonly #proposed = new Map<string, Vote<CounterState>>();
  readonly #accepted = new Map<string, Set<Actor>>();
  #amounts = 0;

  constructor(actors: number) {
    this.#actors = actors;
  }

  /** Digits in base 8: each increment has its own, so that a total tells what is in it, and how often. */
  nextAmount(): bigint {
    return 8n ** BigInt(this.#amounts++);
  }

  begin(kind: Operation['kind'], actor: Actor, counter: string, amount: bigint, start: number): Operation {
    const operation = begin({ kind, actor, counter, amount, start });
    this.operations.push(operation);
    return operation;
  }

  /** A message that leaves `from`: a vote that is accepted is durable there. */
  sent(from: Actor, peerMessage: PeerMessage): void {
    if (peerMessage.type !== 'counter') return;
    const { counter, message } = peerMessage;
    if (message.type === 'accept') this.#propose(counter, message.vote);
    else if (message.type === 'accepted') this.accepted(from, counter, message);
  }

  #propose(counter: string, vote: Vote<CounterState>): void {
    const key = nameOf(counter, vote);
    const other = this.#proposed.get(key);
    if (other === undefined) this.#proposed.set(key, vote);
    else if (!isSame(other.state, vote.state))
      throw new InvariantViolation(`${key} carries two different states`);
  }

  /** `from` holds that vote, durably. */
  accepted(from: Actor, counter: string, id: Omit<Vote<CounterState>, 'state'>): void {
    const key = nameOf(counter, id);
    const acceptors = this.#accepted.get(key) ?? new Set();
    this.#accepted.set(key, acceptors);
    const isNews = acceptors.size !== acceptors.add(from).size;
    if (!isNews || acceptors.size !== majority(this.#actors)) return;
    const vote = this.#proposed.get(key);
    if (vote === undefined) throw new InvariantViolation(`${key} is accepted, but nobody proposed it`);
    const chosen = this.chosen.get(counter) ?? [];
    this.chosen.set(counter, chosen);
    chosen.push(vote);
    chosen.sort(compareVotes);
  }
}

function nameOf(counter: string, { ballot, slot }: Omit<Vote<CounterState>, 'state'>): string {
  return `${counter} ${ballot.round}.${ballot.actor}/${slot}`;
}

function isSame(a: CounterState, b: CounterState): boolean {
  if (a === b) return true;
  if (a.total !== b.total || a.origins.size !== b.origins.size) return false;
  return [...a.origins].every(([origin, { number, total }]) => {
    const other = b.origins.get(origin);
    return (
      other?.total === total &&
      other.number.incarnation === number.incarnation &&
      other.number.sequence === number.sequence
    );
  });
}
