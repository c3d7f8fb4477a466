import { MAX_PATIENCE } from '../limits.ts';
import type { Actor, Ballot } from '../paxos/ballot.ts';
import { type Effect, joined, persist, reply, send } from '../paxos/effects.ts';
import { earlier, growingPause, majorityAlive, type Surroundings } from '../paxos/surroundings.ts';
import type { CounterShape } from './machine.ts';
import { type Batch, type BatchNumber, type Counted, type CounterState, compareNumbers } from './state.ts';

/** What becomes of one increment. */
export type IncrementReply =
  | ({ readonly type: 'counted'; readonly value: bigint; readonly slot: number } & Share)
  | ({ readonly type: 'recorded' | 'unknown' } & Share)
  | { readonly type: 'refused' };

/** What of which batch an increment is. */
interface Share {
  readonly number: BatchNumber;
  readonly amount: bigint;
}

/** What is recorded of a batch that was answered 202. */
export interface RecordedBatch {
  readonly number: BatchNumber;
  readonly amount: bigint;
}

/** The 202 records of one counter at its origin. A sealed batch may have left this actor, an open one certainly has not. */
export interface Backlog {
  readonly sealed: RecordedBatch | null;
  readonly open: RecordedBatch | null;
}

/** What the cluster is set to do about increments without a majority. */
export interface Minority {
  readonly minority: 'accept' | 'refuse';
  /** Ticks after which an increment that is not counted is answered all the same. */
  readonly commitTimeout: number;
}

/** An increment that somebody waits for. */
interface Increment {
  readonly request: number;
  readonly amount: bigint;
  /** Of the amounts of its batch up to this one, this one included. */
  readonly runningSum: bigint;
  readonly deadline: number;
}

interface Gathering {
  readonly number: BatchNumber;
  amount: bigint;
  increments: Increment[];
  isRecorded: boolean;
}

interface UnderWay extends Gathering {
  readonly sealedAt: number;
  /** The candidate that it was left to; null if it went to the replica here. */
  leftTo: Actor | null;
  /** Who has until `resendAt` to answer; null if it has not been sent, or was not answered in time. */
  awaited: Actor | null;
  resendAt: number;
  tries: number;
}

/** What an origin asks of the replica beside it. */
interface ReplicaHere {
  /** The highest ballot known: its actor is the holder. */
  readonly highest: Ballot | null;
  readonly isProposing: boolean;
}

function firstDeadline(batch: Gathering | null): number | null {
  return batch?.increments[0]?.deadline ?? null;
}

export type OriginEffect = Effect<CounterShape, IncrementReply>;

/**
 * One actor as the origin of one counter's increments: gathers them in the open batch, and seals it when no other batch
 * is under way. A sealed batch is sent, under its own number and with its own amount, until a chosen state counts it.
 */
export class Origin {
  readonly #surroundings: Surroundings & Minority;
  readonly #replica: ReplicaHere;
  #open: Gathering | null;
  #underWay: UnderWay | null;

  constructor(surroundings: Surroundings & Minority, backlog: Backlog | null, replica: ReplicaHere) {
    this.#surroundings = surroundings;
    this.#replica = replica;
    const { now } = surroundings;
    const recorded = (batch: RecordedBatch) => ({ ...batch, increments: [], isRecorded: true });
    this.#open = backlog?.open ? recorded(backlog.open) : null;
    this.#underWay = backlog?.sealed
      ? { ...recorded(backlog.sealed), sealedAt: now, leftTo: null, awaited: null, resendAt: now, tries: 0 }
      : null;
  }

  /** What has to be durable of the batches answered 202; null if nothing. */
  get backlog(): Backlog | null {
    const record = (batch: Gathering | null) =>
      batch?.isRecorded ? { number: batch.number, amount: batch.amount } : null;
    const [sealed, open] = [record(this.#underWay), record(this.#open)];
    return sealed === null && open === null ? null : { sealed, open };
  }

  /** The highest number of a batch that may have been answered 202, since it is in `records`, and is not known to be chosen. */
  watermark(records: Backlog | null): BatchNumber | null {
    const recorded = [records?.sealed, records?.open];
    const isOnRecord = ({ number }: Gathering) =>
      recorded.some((record) => record != null && compareNumbers(record.number, number) === 0);
    const batch = [this.#open, this.#underWay].find((one) => one !== null && isOnRecord(one));
    return batch?.number ?? null;
  }

  get busy(): boolean {
    return this.#open !== null || this.#underWay !== null;
  }

  /** Nobody waits, and what was answered 202 is recorded: the records alone can go on from here. */
  get isOnRecord(): boolean {
    return [this.#open, this.#underWay].every(
      (batch) => batch === null || (batch.isRecorded && batch.increments.length === 0),
    );
  }

  get alarm(): number | null {
    const batch = this.#underWay;
    const resend = batch !== null && majorityAlive(this.#surroundings) ? batch.resendAt : null;
    return earlier(resend, earlier(firstDeadline(batch), firstDeadline(this.#open)));
  }

  increment(request: number, amount: bigint): OriginEffect[] {
    const { now, minority, commitTimeout, incarnation } = this.#surroundings;
    if (minority === 'refuse' && !majorityAlive(this.#surroundings))
      return [reply(request, { type: 'refused' })];
    this.#open ??= {
      number: { incarnation, sequence: this.#surroundings.nextSequence() },
      amount: 0n,
      increments: [],
      isRecorded: false,
    };
    this.#open.amount += amount;
    this.#open.increments.push({
      request,
      amount,
      runningSum: this.#open.amount,
      deadline: now + commitTimeout,
    });
    return [];
  }

  /** The end of a turn: what it gathered leaves as one, or is put on record if there is no majority to send it to. */
  turn(): OriginEffect[] {
    const effects = this.#seal();
    if (!majorityAlive(this.#surroundings)) effects.push(...this.#giveUp(Infinity));
    return effects;
  }

  tick(): OriginEffect[] {
    const { now } = this.#surroundings;
    const effects = this.#giveUp(now);
    const batch = this.#underWay;
    if (batch === null || now < batch.resendAt || !majorityAlive(this.#surroundings)) return effects;
    if (batch.leftTo !== null) this.#surroundings.unanswered(batch.leftTo);
    // After one try more, the holder that did not answer is replaced by phase 1 here.
    const tries = batch.tries;
    batch.tries += 1;
    batch.awaited = null;
    return [...effects, ...this.#submit(batch, tries > 0)];
  }

  /** Some actor is suspected, or no longer: the batch may have to go another way. */
  liveness(): OriginEffect[] {
    const effects = this.#underWay === null ? [] : this.#submit(this.#underWay, false);
    return [...effects, ...this.turn()];
  }

  /** A consistent read at `reader` waits for what was answered 202. Without a majority here, the reader may have one. */
  push(reader: Actor): OriginEffect[] {
    const effects = this.liveness();
    const batch = this.#underWay;
    if (batch === null || majorityAlive(this.#surroundings)) return effects;
    const submit = { type: 'submit', holder: null, command: this.#command(batch) } as const;
    return [...effects, send(reader, submit, 'after the flush')];
  }

  /** A chosen state, in whatever way it became known here. */
  learn(state: CounterState, slot: number): OriginEffect[] {
    const counted = state.origins.get(this.#surroundings.self);
    return counted === undefined ? [] : this.#count(counted, slot, true);
  }

  /** Told by the proposer, maybe before the mark is known here. */
  counted(counted: Counted, slot: number): OriginEffect[] {
    return this.#count(counted, slot, false);
  }

  #count(counted: Counted, slot: number, isMarked: boolean): OriginEffect[] {
    const batch = this.#underWay;
    if (batch === null || compareNumbers(batch.number, counted.number) > 0) return [];
    const before = counted.total - batch.amount;
    const { number } = batch;
    const replies = batch.increments.map(({ request, amount, runningSum }) =>
      reply(request, { type: 'counted', value: before + runningSum, slot, number, amount }),
    );
    batch.increments = [];
    batch.leftTo = null;
    // A read that hears this actor takes what was answered 202 from its watermark or from its mark: one of them has it.
    if (batch.isRecorded && !isMarked) return replies;
    this.#underWay = null;
    // The time of a recorded batch is that of an outage, not the usual one.
    if (!batch.isRecorded) this.#surroundings.settled(this.#surroundings.now - batch.sealedAt);
    const effects = joined<OriginEffect>(replies, this.turn());
    return batch.isRecorded ? [persist('records', 'later'), ...effects] : effects;
  }

  #seal(): OriginEffect[] {
    if (this.#open === null || this.#underWay !== null) return [];
    const { now } = this.#surroundings;
    this.#underWay = { ...this.#open, sealedAt: now, leftTo: null, awaited: null, resendAt: now, tries: 0 };
    this.#open = null;
    const effects = this.#submit(this.#underWay, false);
    // The record of a batch that may have left has to have its final amount.
    return this.#underWay.isRecorded ? [persist('records', 'now'), ...effects] : effects;
  }

  /**
   * To the replica here, which proposes it or knows where the holder is. Where there is none, or a suspected one, to the candidate.
   * Each has the time for one answer, however often it is asked again, and whichever candidate it is left to meanwhile. A counter
   * that is still in its first ballot, taken here, is left to the candidate as well: once, for whoever held it later keeps it.
   */
  #submit(batch: UnderWay, replacesHolder: boolean): OriginEffect[] {
    const { self, now, patience, alive } = this.#surroundings;
    const { highest, isProposing } = this.#replica;
    const isFirst = highest?.actor === self && highest.round === 1;
    const isHeld = highest !== null && alive.has(highest.actor) && !isFirst;
    const to = isHeld || isProposing || batch.tries > 0 ? self : this.#surroundings.candidate;
    const awaited = isHeld ? highest.actor : to;
    const isAskedAgain = batch.awaited === awaited || (batch.leftTo !== null && to !== self);
    if (!isAskedAgain) {
      batch.resendAt = now + growingPause(this.#surroundings, 2 * patience, batch.tries, 2 * MAX_PATIENCE);
    }
    batch.awaited = awaited;
    batch.leftTo = to === self ? null : to;
    const holder = replacesHolder || to !== self ? highest : null;
    const submit = { type: 'submit', holder, command: this.#command(batch) } as const;
    const leaves = batch.isRecorded ? 'after the flush' : 'at once';
    return [send(to, submit, leaves, { type: 'submit' })];
  }

  #command({ number, amount }: Gathering): Batch {
    return { origin: this.#surroundings.self, number, amount };
  }

  /** Answers the increments whose time is over by `now`. */
  #giveUp(now: number): OriginEffect[] {
    const isOver = ({ deadline }: Increment) => deadline <= now;
    const batches = [this.#underWay, this.#open]
      .filter((batch) => batch !== null)
      .filter(({ increments }) => increments.some(isOver));
    if (this.#surroundings.minority === 'refuse') return batches.flatMap((batch) => this.#refuse(batch, now));
    const effects: OriginEffect[] = batches.length > 0 ? [persist('records', 'now')] : [];
    for (const batch of batches) {
      batch.isRecorded = true;
      const { number } = batch;
      for (const { request, amount } of batch.increments.filter(isOver)) {
        effects.push(reply(request, { type: 'recorded', number, amount }, 'after the flush'));
      }
      batch.increments = batch.increments.filter((increment) => !isOver(increment));
    }
    return effects;
  }

  /** What has not left is taken back at once; of what has, nothing is known when its time is over. */
  #refuse(batch: Gathering, by: number): OriginEffect[] {
    const hasLeft = batch === this.#underWay;
    const now = hasLeft ? this.#surroundings.now : by;
    const over = batch.increments.filter(({ deadline }) => deadline <= now);
    const rest = batch.increments.filter(({ deadline }) => deadline > now);
    if (hasLeft) {
      batch.increments = rest;
      const { number } = batch;
      return over.map(({ request, amount }) => reply(request, { type: 'unknown', number, amount }));
    }
    const takenBack = over.reduce((sum, { amount }) => sum + amount, 0n);
    batch.amount -= takenBack;
    batch.increments = rest.map((increment) => ({
      ...increment,
      runningSum: increment.runningSum - takenBack,
    }));
    if (rest.length === 0 && !batch.isRecorded) this.#open = null;
    return over.map(({ request }) => reply(request, { type: 'refused' }));
  }
}
