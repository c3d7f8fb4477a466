import { MAX_PAUSE, MIN_PAUSE } from '../limits.ts';
import { type Actor, type Ballot, compareBallots, compareVotes, highestVote } from './ballot.ts';
import { DistinguishedLearner } from './distinguished-learner.ts';
import { type Effect, joined, send } from './effects.ts';
import type { Carry, Message, Shape, VoteOf } from './message.ts';
import { isMajority } from './quorum.ts';
import {
  earlier,
  growingPause,
  type Known,
  type Machine,
  majorityAlive,
  type Surroundings,
} from './surroundings.ts';
import { Waiting, withCarry } from './waiting.ts';

interface Promised<T extends Shape> {
  readonly vote: VoteOf<T> | null;
  readonly mark: VoteOf<T> | null;
}

interface Accepting<T extends Shape> {
  readonly vote: VoteOf<T>;
  /** Who was sent the accept: at first a majority. */
  asked: readonly Actor[];
  readonly accepted: Actor[];
  /** Reads that it answers when it is chosen, one a reader. */
  riders: readonly Carry[];
  resendAt: number;
}

type Phase<T extends Shape> =
  | { readonly name: 'idle' }
  | { readonly name: 'pausing'; readonly until: number }
  | {
      readonly name: 'preparing';
      readonly ballot: Ballot;
      readonly promises: Map<Actor, Promised<T>>;
      resendAt: number;
    }
  | {
      readonly name: 'holding';
      readonly ballot: Ballot;
      /** The last vote proposed in this ballot, or its base. */
      latest: VoteOf<T> | null;
      latestIsChosen: boolean;
      /** Who elected it; null once an accept has told. */
      promised: readonly Actor[] | null;
      accepting: Accepting<T> | null;
    };

export type ProposerInput<T extends Shape> =
  | ({ readonly type: 'promise'; readonly from: Actor; readonly ballot: Ballot } & Promised<T>)
  | { readonly type: 'accepted'; readonly from: Actor; readonly ballot: Ballot; readonly slot: number }
  | { readonly type: 'nack'; readonly ballot: Ballot; readonly promised: Ballot }
  | { readonly type: 'command'; readonly command: T['command'] }
  | ({ readonly type: 'carry' } & Carry)
  | { readonly type: 'tick' }
  | { readonly type: 'liveness' };

/**
 * Runs phase 1 once per ballot, then phase 2 for as long as the ballot lasts (Lamport, Paxos Made Simple, section 3).
 * Batches what waits into each accept, one command per origin; one accept is under way at a time.
 */
export class Proposer<T extends Shape> {
  readonly #machine: Machine<T>;
  readonly #surroundings: Surroundings;
  readonly #known: Known<T>;
  readonly #learner: DistinguishedLearner<T>;
  #phase: Phase<T> = { name: 'idle' };
  readonly #waiting: Waiting<T>;
  #defeats = 0;

  constructor(machine: Machine<T>, surroundings: Surroundings, known: Known<T>) {
    this.#machine = machine;
    this.#surroundings = surroundings;
    this.#known = known;
    this.#waiting = new Waiting(machine);
    this.#learner = new DistinguishedLearner(surroundings);
  }

  /** Whether work that arrives here is proposed here, in a ballot that as far as is known nobody has overtaken. */
  get engaged(): boolean {
    const phase = this.#phase;
    if (phase.name === 'preparing') return true;
    return phase.name === 'holding' && (phase.accepting !== null || !this.#isOvertaken(phase.ballot));
  }

  get busy(): boolean {
    return !this.#waiting.isEmpty || this.#phase.name === 'preparing' || this.#accepting() !== null;
  }

  /** Whether some actor has not been told yet what is chosen. */
  get isTelling(): boolean {
    return this.#learner.alarm !== null;
  }

  /** The tick at which it wants to be woken; null if it waits for nothing, or for the links to come back. */
  get alarm(): number | null {
    return earlier(this.#learner.alarm, majorityAlive(this.#surroundings) ? this.#phaseAlarm() : null);
  }

  #phaseAlarm(): number | null {
    const phase = this.#phase;
    if (phase.name === 'pausing') return this.#waiting.isEmpty ? null : phase.until;
    if (phase.name === 'preparing') return phase.resendAt;
    return this.#accepting()?.resendAt ?? null;
  }

  #accepting(): Accepting<T> | null {
    return this.#phase.name === 'holding' ? this.#phase.accepting : null;
  }

  step(input: ProposerInput<T>): Effect<T>[] {
    switch (input.type) {
      case 'promise':
        return this.#promised(input.from, input.ballot, { vote: input.vote, mark: input.mark });
      case 'accepted':
        return this.#accepted(input.from, input.ballot, input.slot);
      case 'nack':
        return this.#refused(input.ballot, input.promised);
      case 'command':
        this.#waiting.submit(input.command);
        return this.#advance();
      case 'carry':
        return this.#carry(input);
      case 'tick':
        return [...this.#resend(false), ...this.#resume(), ...this.#learner.tick(this.#known.mark)];
      case 'liveness':
        return [...this.#resend(true), ...this.#resume()];
    }
  }

  /** On the accept under way, if that is not below what the read heard of; else on the next one. */
  #carry({ reader, round, highest }: Carry) {
    const accepting = this.#accepting();
    const rides = accepting !== null && compareVotes(accepting.vote, highest) >= 0;
    const carry = { reader, round, highest };
    if (rides) accepting.riders = withCarry(accepting.riders, carry);
    else this.#waiting.carry(carry);
    return this.#advance();
  }

  /** After a pause, or a time without a majority: somebody else may hold the counter by now. */
  #resume(): Effect<T>[] {
    const isIdle = this.#phase.name === 'idle' || this.#phase.name === 'pausing';
    const holder = isIdle && !this.#waiting.isEmpty ? this.#liveHolder() : null;
    return holder === null ? this.#advance() : this.#handOver(holder);
  }

  /** Does the next thing that there is reason for. */
  #advance(): Effect<T>[] {
    const phase = this.#phase;
    if (phase.name === 'holding' && phase.accepting === null) {
      if (this.#isOvertaken(phase.ballot)) return this.#end();
      return this.#waiting.isEmpty ? [] : this.#accept(phase);
    }
    if (phase.name === 'preparing' || phase.name === 'holding' || this.#waiting.isEmpty) return [];
    if (phase.name === 'pausing' && this.#surroundings.now < phase.until) return [];
    return majorityAlive(this.#surroundings) ? this.#prepare() : [];
  }

  /** Phase 1, once per ballot: a round above every ballot seen. */
  #prepare() {
    const { self } = this.#surroundings;
    const ballot = { round: (this.#known.highest?.round ?? 0) + 1, actor: self };
    this.#known.highest = ballot;
    this.#phase = { name: 'preparing', ballot, promises: new Map(), resendAt: this.#resendTime() };
    // Its own acceptor promises durably before any other prepare leaves.
    return [send(self, { type: 'prepare', ballot })];
  }

  #promised(from: Actor, ballot: Ballot, promised: Promised<T>): Effect<T>[] {
    const phase = this.#phase;
    const { self, actors } = this.#surroundings;
    if (phase.name !== 'preparing' || compareBallots(ballot, phase.ballot) !== 0 || phase.promises.has(from))
      return [];
    phase.promises.set(from, promised);
    const promisedBy = [...phase.promises.keys()];
    if (!isMajority(actors, promisedBy))
      return from === self ? this.#toOthers({ type: 'prepare', ballot }, promisedBy) : [];
    return this.#hold(ballot, phase.promises);
  }

  /** With promises of a majority, the base is the state of the highest vote among them. */
  #hold(ballot: Ballot, promises: ReadonlyMap<Actor, Promised<T>>) {
    const promised = [...promises.keys()];
    const base = highestVote([...promises.values()].map(({ vote }) => vote));
    const mark = highestVote([...promises.values()].map((one) => one.mark));
    // Invariant: what was chosen in a lower ballot is in the base (Paxos Made Simple, P2c). Else somebody has forgotten a
    // promise. What was chosen in a higher ballot only tells that this one is overtaken.
    if (compareVotes(mark, base) > 0 && compareBallots(mark?.ballot ?? null, ballot) < 0) {
      throw new Error(`a vote is chosen above the base of ballot ${ballot.round}.${ballot.actor}`);
    }
    const latestIsChosen = base === null || compareVotes(mark, base) === 0;
    const holding = { ballot, latest: base, latestIsChosen, accepting: null };
    this.#phase = { name: 'holding', ...holding, promised };
    return this.#advance();
  }

  /** Phase 2: the base, or what was proposed last, with every waiting command applied. */
  #accept(phase: Phase<T> & { name: 'holding' }) {
    const { ballot, latest } = phase;
    const base = latest?.state ?? this.#machine.zero;
    const waiting = this.#waiting.commands;
    const state = waiting.reduce((before, command) => this.#machine.apply(before, command), base);
    const nothingNew = state === base && phase.latestIsChosen && !this.#waiting.hasCarries;
    if (nothingNew && latest !== null) return this.#waiting.countedAgain(latest, this.#known.mark);
    const vote: VoteOf<T> = { ballot, slot: (latest?.slot ?? 0) + 1, state };
    phase.latest = vote;
    phase.latestIsChosen = false;
    // The others are asked when these do not answer in time: "thrifty" in Moraru, Andersen and Kaminsky, There Is More
    // Consensus in Egalitarian Parliaments, 2013; "hedged" in Dean and Barroso, The Tail at Scale, 2013.
    const { actors, quorum, now, hedge } = this.#surroundings;
    const resendAt = quorum.length < actors.length ? now + hedge : this.#resendTime();
    phase.accepting = { vote, asked: quorum, accepted: [], riders: this.#waiting.takeCarries(), resendAt };
    const commands = waiting.filter((command) => !this.#machine.counts(base, command));
    const grounds = { type: 'accept', base: latest, commands, promised: phase.promised } as const;
    phase.promised = null;
    return quorum.map((actor) => send(actor, { type: 'accept', vote }, undefined, grounds));
  }

  #accepted(from: Actor, ballot: Ballot, slot: number): Effect<T>[] {
    const phase = this.#phase;
    if (phase.name !== 'holding' || phase.accepting === null) return [];
    const { vote, asked, accepted, riders } = phase.accepting;
    if (compareVotes(vote, { ballot, slot }) !== 0) return [];
    if (!accepted.includes(from)) accepted.push(from);
    if (!isMajority(this.#surroundings.actors, accepted)) return [];
    phase.accepting = null;
    phase.latestIsChosen = true;
    this.#defeats = 0;
    const counted = this.#waiting.counted(vote);
    const origins = counted.map(({ to }) => to);
    const effects: Effect<T>[] = counted;
    for (const { reader, round } of riders) {
      effects.push(send(reader, { type: 'carried', round, vote }));
    }
    effects.push(...this.#learner.chosen(vote, { asked, accepted, origins }));
    return joined(effects, this.#advance());
  }

  #refused(ballot: Ballot, promised: Ballot): Effect<T>[] {
    const phase = this.#phase;
    if (phase.name !== 'preparing' && phase.name !== 'holding') return [];
    // A nack of a doubled message names this very ballot, and a late one an earlier ballot: neither ends it.
    if (compareBallots(ballot, phase.ballot) !== 0 || compareBallots(promised, ballot) <= 0) return [];
    return this.#end();
  }

  /** Never proposes in this ballot again. What waits goes to the new holder if it is alive; else it waits for a pause. */
  #end(): Effect<T>[] {
    const accepting = this.#accepting();
    if (accepting !== null) this.#waiting.carryAgain(accepting.riders);
    const holder = this.#liveHolder();
    if (holder === null) {
      this.#phase = {
        name: 'pausing',
        until: this.#surroundings.now + growingPause(this.#surroundings, MIN_PAUSE, this.#defeats, MAX_PAUSE),
      };
      this.#defeats += 1;
      return [];
    }
    return this.#handOver(holder);
  }

  #handOver(holder: Ballot): Effect<T>[] {
    this.#phase = { name: 'idle' };
    return this.#waiting.handOver(holder);
  }

  /** Sends again what was not answered: when it is time, or when the links have changed. */
  #resend(evenIfEarly: boolean): Effect<T>[] {
    const phase = this.#phase;
    const { self, actors, now } = this.#surroundings;
    if (phase.name === 'preparing' && phase.promises.has(self) && (evenIfEarly || now >= phase.resendAt)) {
      phase.resendAt = this.#resendTime();
      return this.#toOthers({ type: 'prepare', ballot: phase.ballot }, [...phase.promises.keys()]);
    }
    const accepting = this.#accepting();
    if (accepting !== null && (evenIfEarly || now >= accepting.resendAt)) {
      const { asked, accepted } = accepting;
      const isHedged = asked.length === actors.length;
      if (isHedged && !evenIfEarly)
        for (const actor of asked) if (!accepted.includes(actor)) this.#surroundings.late(actor);
      accepting.asked = actors;
      accepting.resendAt = this.#resendTime();
      return this.#toOthers({ type: 'accept', vote: accepting.vote }, accepting.accepted);
    }
    return [];
  }

  #toOthers(message: Message<T>, except: readonly Actor[]) {
    const { self, actors } = this.#surroundings;
    return actors
      .filter((actor) => actor !== self && !except.includes(actor))
      .map((actor) => send(actor, message));
  }

  #resendTime(): number {
    return this.#surroundings.now + this.#surroundings.patience;
  }

  /** Somebody else's ballot, if it is the highest known and that actor is not suspected. */
  #liveHolder(): Ballot | null {
    const { self, alive } = this.#surroundings;
    const holder = this.#known.highest;
    return holder !== null && holder.actor !== self && alive.has(holder.actor) ? holder : null;
  }

  #isOvertaken(ballot: Ballot): boolean {
    return compareBallots(this.#known.highest, ballot) > 0;
  }
}
