import { Acceptor } from './acceptor.ts';
import {
  type Actor,
  type Ballot,
  compareBallots,
  compareVotes,
  highestBallot,
  type VoteId,
} from './ballot.ts';
import { type Effect, joined, persist, send } from './effects.ts';
import { Learner } from './learner.ts';
import type { Carry, Message, Register, RoundId, Shape, VoteOf } from './message.ts';
import { Proposer, type ProposerInput } from './proposer.ts';
import { Reader, type ReaderInput, type ReadReply } from './reader.ts';
import { earlier, type Known, type Machine, type Surroundings } from './surroundings.ts';

/** What a replica has no part in: who keeps the commands of this actor handles it. */
export type OriginMessage = 'counted' | 'push';

/** The roles of one register at one actor. Pure: effects out, never carried out here. */
export class Replica<T extends Shape> {
  readonly #surroundings: Surroundings;
  readonly #watermark: () => T['watermark'] | null;
  readonly #durable: () => Register<T>;
  readonly #acceptor: Acceptor<T['state']>;
  readonly #learner: Learner<T['state']>;
  readonly #proposer: Proposer<T>;
  readonly #reader: Reader<T>;
  readonly #known: Known<T>;

  /** `durable`: what survives a crash now, `register` at first. */
  constructor(
    machine: Machine<T>,
    surroundings: Surroundings,
    register: Register<T>,
    watermark: () => T['watermark'] | null,
    durable: () => Register<T>,
  ) {
    this.#surroundings = surroundings;
    this.#watermark = watermark;
    this.#durable = durable;
    this.#acceptor = new Acceptor(register.promise, register.vote);
    this.#learner = new Learner(register.mark);
    this.#known = new KnownHere(
      highestBallot(register.promise, register.mark?.ballot ?? null),
      this.#learner,
    );
    this.#proposer = new Proposer(machine, surroundings, this.#known);
    this.#reader = new Reader(machine, surroundings, this.#known);
  }

  /** What has to be durable of this replica. */
  get register(): Register<T> {
    return { promise: this.#acceptor.promise, vote: this.#acceptor.vote, mark: this.#learner.mark };
  }

  get mark(): VoteOf<T> | null {
    return this.#learner.mark;
  }

  /** The actor of the highest ballot known; null if there is none. */
  get holder(): Actor | null {
    return this.#known.highest?.actor ?? null;
  }

  get highest(): Ballot | null {
    return this.#known.highest;
  }

  get isProposing(): boolean {
    return this.#proposer.busy;
  }

  /** Whether some actor has not been told yet what was chosen here. */
  get isTelling(): boolean {
    return this.#proposer.isTelling;
  }

  get isReading(): boolean {
    return this.#reader.busy;
  }

  /** The tick at which a `tick` has something to do; null if none. */
  get alarm(): number | null {
    return earlier(this.#proposer.alarm, this.#reader.alarm);
  }

  step(input: ReaderInput<T> & { type: 'read' | 'turn' }): Effect<T, ReadReply<T>>[] {
    return this.#reader.step(input);
  }

  tick(): Effect<T, ReadReply<T>>[] {
    return [...this.#proposer.step({ type: 'tick' }), ...this.#reader.step({ type: 'tick' })];
  }

  liveness(): Effect<T, ReadReply<T>>[] {
    return [...this.#proposer.step({ type: 'liveness' }), ...this.#reader.step({ type: 'liveness' })];
  }

  receive(from: Actor, message: Exclude<Message<T>, { type: OriginMessage }>): Effect<T, ReadReply<T>>[] {
    switch (message.type) {
      case 'prepare':
        return this.#prepare(from, message.ballot);
      case 'accept':
        return this.#accept(from, message.vote);
      case 'promise': {
        const learned = message.mark === null ? [] : this.#learn(message.mark);
        return joined(learned, this.#proposer.step({ ...message, from }));
      }
      case 'accepted': {
        const { ballot, slot } = message;
        return this.#proposer.step({ type: 'accepted', from, ballot, slot });
      }
      case 'nack':
        this.#see(message.promised);
        return this.#proposer.step(message);
      case 'chosen':
        return this.#notice(from, message);
      case 'fetch':
        return this.mark !== null && this.#learner.knows(message)
          ? [send(from, { type: 'learn', mark: this.mark })]
          : [];
      case 'learn':
        return this.#learn(message.mark);
      case 'submit':
        return this.#route(message.holder, { type: 'command', command: message.command });
      case 'carry':
        return this.#carry(message.holder, message);
      case 'carried':
        return [...this.#learn(message.vote), ...this.#reader.step(message)];
      case 'ask':
        return this.#answer(from, message.round);
      case 'answer':
        this.#see(message.promised);
        return this.#reader.step({ type: 'answer', from, round: message.round, answer: message });
    }
  }

  #prepare(from: Actor, ballot: Ballot): Effect<T>[] {
    this.#see(ballot);
    const verdict = this.#acceptor.step({ type: 'prepare', ballot });
    if (verdict === 'refused') return this.#nack(from, ballot);
    const answer = send(from, { type: 'promise', ballot, vote: this.#acceptor.vote, mark: this.mark });
    return verdict === 'promised' ? [persist('register', 'now'), answer] : [answer];
  }

  #accept(from: Actor, vote: VoteOf<T>): Effect<T>[] {
    const { ballot, slot } = vote;
    this.#see(ballot);
    const verdict = this.#acceptor.step({ type: 'accept', vote });
    if (verdict === 'refused') return this.#nack(from, ballot);
    const answer = send(from, { type: 'accepted', ballot, slot });
    return verdict === 'accepted' ? [persist('register', 'now'), answer] : [answer];
  }

  #nack(to: Actor, ballot: Ballot): Effect<T>[] {
    const { promise } = this.#acceptor;
    return promise === null ? [] : [send(to, { type: 'nack', ballot, promised: promise })];
  }

  #notice(from: Actor, id: VoteId): Effect<T, ReadReply<T>>[] {
    this.#see(id.ballot);
    switch (this.#learner.notice(id, this.#acceptor.vote)) {
      case 'known':
        return [];
      case 'marked':
        return this.#marked();
      case 'missing':
        return [send(from, { type: 'fetch', ballot: id.ballot, slot: id.slot })];
    }
  }

  #learn(vote: VoteOf<T>): Effect<T, ReadReply<T>>[] {
    this.#see(vote.ballot);
    return this.#learner.learn(vote) ? this.#marked() : [];
  }

  #marked(): Effect<T, ReadReply<T>>[] {
    const { mark } = this;
    return mark === null
      ? []
      : [persist('register', 'later'), ...this.#reader.step({ type: 'marked', mark })];
  }

  /** A vote that a crash can still take back must not make a majority for a reader. Nor has a reader to wait for it. */
  #answer(to: Actor, round: RoundId): Effect<T>[] {
    const { promise: promised, vote } = this.#durable();
    return [
      send(to, { type: 'answer', round, promised, vote, mark: this.mark, watermark: this.#watermark() }),
    ];
  }

  /** Whoever knows a mark that answers the read says so. */
  #carry(sender: Ballot | null, { reader, round, highest }: Carry): Effect<T>[] {
    const { mark } = this;
    return mark !== null && compareVotes(mark, highest) >= 0
      ? [send(reader, { type: 'carried', round, vote: mark })]
      : this.#route(sender, { type: 'carry', reader, round, highest });
  }

  /**
   * Work goes to the holder. It stays here if it is proposed here anyway, if no live holder is known, or if the
   * sender knew of this holder and still sent it here: then phase 1 replaces the holder.
   */
  #route(sender: Ballot | null, work: ProposerInput<T> & { type: 'command' | 'carry' }): Effect<T>[] {
    const { self, alive } = this.#surroundings;
    const holder = this.#known.highest;
    this.#see(sender);
    const stays =
      this.#proposer.engaged ||
      holder === null ||
      holder.actor === self ||
      !alive.has(holder.actor) ||
      compareBallots(holder, sender) <= 0;
    if (stays) return this.#proposer.step(work);
    return work.type === 'command'
      ? [send(holder.actor, { type: 'submit', holder, command: work.command })]
      : [send(holder.actor, { ...work, holder })];
  }

  #see(ballot: Ballot | null): void {
    if (compareBallots(ballot, this.#known.highest) > 0) this.#known.highest = ballot;
  }
}

/** A class, since literals with a getter would be of a shape each, and whatever reads them slow. */
class KnownHere<T extends Shape> implements Known<T> {
  highest: Ballot | null;
  readonly #learner: Learner<T['state']>;

  constructor(highest: Ballot | null, learner: Learner<T['state']>) {
    this.highest = highest;
    this.#learner = learner;
  }

  get mark(): VoteOf<T> | null {
    return this.#learner.mark;
  }
}
