import type { CounterState } from '../../src/counter/state.ts';
import { type Actor, compareVotes, type Vote, type VoteId } from '../../src/paxos/ballot.ts';
import type { CounterMessage, CounterRegister } from '../../src/runtime/ports.ts';
import { begin, InvariantViolation, type Operation } from '../history/operation.ts';
import { Violation } from './violation.ts';

/** All that can be seen from outside the actors: clients' operations, what becomes durable, and every message that left. */
export class History {
  readonly operations: Operation[] = [];
  /** Increments that were answered 202. */
  readonly recorded: Operation[] = [];
  /** How often which fault struck, as far as it depends on what the actors do. */
  readonly struck = new Map<string, number>();
  /** Chosen votes per counter. */
  readonly chosen = new Map<string, Vote<CounterState>[]>();
  readonly #majority: number;
  readonly #chosen = new Map<string, Vote<CounterState>>();
  readonly #proposed = new Map<string, Vote<CounterState>>();
  readonly #accepted = new Map<string, Set<Actor>>();
  /** The last vote on each disk, by actor and counter. */
  readonly #stored = new Map<string, VoteId>();
  readonly #increments = new Map<string, number>();

  constructor(actors: number) {
    // Not by the function of the protocol: that one is under test.
    this.#majority = (actors >> 1) + 1;
  }

  /** Digits in base 8: each increment of a counter has its own, so that a total tells what is in it, and how often. */
  nextAmount(counter: string): bigint {
    const before = this.#increments.get(counter) ?? 0;
    this.#increments.set(counter, before + 1);
    return 8n ** BigInt(before);
  }

  strike(fault: string): void {
    this.struck.set(fault, (this.struck.get(fault) ?? 0) + 1);
  }

  begin(kind: Operation['kind'], actor: Actor, counter: string, amount: bigint, start: number): Operation {
    const operation = begin({ kind, actor, counter, amount, start });
    this.operations.push(operation);
    return operation;
  }

  /** A message that leaves `from`: a vote that is accepted is durable there. */
  sent(from: Actor, counter: string, message: CounterMessage): void {
    if (message.type === 'accept') this.#propose(counter, message.vote);
    else if (message.type === 'accepted') this.accepted(from, counter, message);
  }

  /** `actor` has that on its disk from now on. */
  stored(actor: Actor, counter: string, { vote, mark }: CounterRegister): void {
    if (vote !== null) {
      this.#stored.set(`${actor} ${counter}`, vote);
      this.accepted(actor, counter, vote);
    }
    if (mark !== null && !this.isChosen(counter, mark))
      throw new Violation('marked', `${actor} has marked ${nameOf(counter, mark)}, which was not chosen`);
  }

  /** The vote of that name, if it was chosen. */
  chosenVote(counter: string, id: VoteId): Vote<CounterState> | null {
    return this.#chosen.get(nameOf(counter, id)) ?? null;
  }

  /**
   * Whether the vote that somebody says is chosen, is. A proposer hears of its own acceptor without a message; and two
   * votes which that took one after the other may get durable at once, of which the disk has but the second.
   */
  isChosen(counter: string, id: VoteId): boolean {
    if (this.chosenVote(counter, id) !== null) return true;
    const { actor } = id.ballot;
    const isOvertaken = compareVotes(this.#stored.get(`${actor} ${counter}`) ?? null, id) > 0;
    if (!isOvertaken || !this.#proposed.has(nameOf(counter, id))) return false;
    this.accepted(actor, counter, id);
    return this.chosenVote(counter, id) !== null;
  }

  #propose(counter: string, vote: Vote<CounterState>): void {
    const key = nameOf(counter, vote);
    const other = this.#proposed.get(key);
    if (other === undefined) this.#proposed.set(key, vote);
    else if (!isSame(other.state, vote.state))
      throw new InvariantViolation(`${key} carries two different states`);
  }

  /** `from` holds that vote, durably. */
  accepted(from: Actor, counter: string, id: VoteId): void {
    const key = nameOf(counter, id);
    const acceptors = this.#accepted.get(key) ?? new Set();
    this.#accepted.set(key, acceptors);
    const isNews = acceptors.size !== acceptors.add(from).size;
    if (!isNews || acceptors.size !== this.#majority) return;
    const vote = this.#proposed.get(key);
    if (vote === undefined) throw new InvariantViolation(`${key} is accepted, but nobody proposed it`);
    this.#chosen.set(key, vote);
    const chosen = this.chosen.get(counter) ?? [];
    this.chosen.set(counter, chosen);
    chosen.push(vote);
    chosen.sort(compareVotes);
  }
}

export function nameOf(counter: string, { ballot, slot }: VoteId): string {
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
