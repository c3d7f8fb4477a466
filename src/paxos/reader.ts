import { MAX_PAUSE, WATERMARK_PAUSE } from '../limits.ts';
import { type Actor, compareVotes, highestVote, type VoteId } from './ballot.ts';
import { type Effect, reply, send } from './effects.ts';
import type { Answer, RoundId, Shape, VoteOf } from './message.ts';
import { majority } from './quorum.ts';
import { growingPause, type Known, type Machine, majorityAlive, type Surroundings } from './surroundings.ts';

/** What a read is told: a chosen vote (null: nothing was chosen yet) and the actors that were not heard. */
export type ReadReply<T extends Shape> =
  | ({ readonly type: 'read'; readonly vote: VoteOf<T> | null } & Hearing)
  | ({ readonly type: 'no majority' } & Hearing);

interface Hearing {
  readonly unheard: readonly Actor[];
  /** The first round that it waited for; null if it joined none. */
  readonly began: RoundId | null;
}

export type ReaderInput<T extends Shape> =
  | { readonly type: 'read'; readonly request: number; readonly all: boolean; readonly deadline: number }
  /** The end of a turn: the reads of one turn share a round. */
  | { readonly type: 'turn' }
  | { readonly type: 'answer'; readonly from: Actor; readonly round: RoundId; readonly answer: Answer<T> }
  | { readonly type: 'carried'; readonly round: RoundId; readonly vote: VoteOf<T> }
  | { readonly type: 'marked'; readonly mark: VoteOf<T> }
  | { readonly type: 'tick' }
  | { readonly type: 'liveness' };

interface Request {
  readonly request: number;
  readonly deadline: number;
}

interface Round<T extends Shape> {
  id: RoundId;
  /** The identifier that it had first. */
  readonly began: RoundId;
  /** Demands the answer of every actor. */
  readonly all: boolean;
  requests: Request[];
  readonly answers: Map<Actor, Answer<T>>;
  /** `settling`: all that can be heard were; now a vote at or above `highest` has to become known to be chosen. */
  stage: 'asking' | 'settling';
  highest: VoteOf<T> | null;
  /**
   * What each actor had when it was heard first: the answer has to include what that actor had answered 202, counted
   * at its mark or waiting below its watermark.
   */
  readonly floor: Map<Actor, Pick<Answer<T>, 'mark' | 'watermark'>>;
  tries: number;
  wakeAt: number;
}

export type Verdict<T extends Shape> =
  | { readonly type: 'chosen'; readonly vote: VoteOf<T> | null }
  /** A write is under way or was left behind. */
  | { readonly type: 'open'; readonly vote: VoteOf<T> };

/**
 * The rule of a read round, over the answers of a majority: the highest vote, if it is known to be chosen. `At least`
 * in the place of either equality returns wrong values.
 */
export function judge<T extends Shape>(answers: Iterable<Answer<T>>, actors: number): Verdict<T> {
  const heard = [...answers];
  const highest = highestVote(heard.map(({ vote }) => vote));
  if (highest === null) return { type: 'chosen', vote: null };
  const isHighest = (vote: VoteId | null) => compareVotes(vote, highest) === 0;
  const known = heard.some(({ mark }) => isHighest(mark));
  const held = heard.filter(({ vote }) => isHighest(vote)).length >= majority(actors);
  return known || held ? { type: 'chosen', vote: highest } : { type: 'open', vote: highest };
}

/** Reads by rounds: asks all actors, writes nothing, disturbs no ballot (protocol.md, "consistent_value"). */
export class Reader<T extends Shape> {
  readonly #machine: Machine<T>;
  readonly #surroundings: Surroundings;
  readonly #known: Known<T>;
  readonly #rounds = new Map<number, Round<T>>();
  /** For a round that has not been sent, by whether they demand all actors. */
  #some: Request[] = [];
  #all: Request[] = [];

  constructor(machine: Machine<T>, surroundings: Surroundings, known: Known<T>) {
    this.#machine = machine;
    this.#surroundings = surroundings;
    this.#known = known;
  }

  get busy(): boolean {
    return this.#rounds.size > 0 || this.#some.length > 0 || this.#all.length > 0;
  }

  get alarm(): number | null {
    if (!this.busy) return null;
    let alarm = Infinity;
    const connected = majorityAlive(this.#surroundings);
    for (const { requests, wakeAt } of this.#rounds.values()) {
      for (const { deadline } of requests) alarm = Math.min(alarm, deadline);
      if (connected) alarm = Math.min(alarm, wakeAt);
    }
    for (const { deadline } of [...this.#some, ...this.#all]) alarm = Math.min(alarm, deadline);
    return alarm === Infinity ? null : alarm;
  }

  step(input: ReaderInput<T>): Effect<T, ReadReply<T>>[] {
    // Every mark and every turn of a counter comes by, and mostly nobody reads.
    if (!this.busy && input.type !== 'read') return [];
    switch (input.type) {
      case 'read':
        (input.all ? this.#all : this.#some).push(input);
        return [];
      case 'turn':
        return [...this.#begin(this.#some, false), ...this.#begin(this.#all, true)];
      case 'answer':
        return this.#answered(input.from, input.round, input.answer);
      case 'carried': {
        const round = this.#find(input.round);
        return round !== null && this.#isSettledBy(round, input.vote) ? this.#settle(round, input.vote) : [];
      }
      case 'marked':
        return this.#each((round) =>
          this.#isSettledBy(round, input.mark) ? this.#settle(round, input.mark) : [],
        );
      case 'tick':
        return [...this.#expire(), ...this.#each((round) => this.#wake(round))];
      case 'liveness':
        return this.#each((round) => [...this.#askAgain(round), ...this.#evaluate(round)]);
    }
  }

  /** A read joins only a round that has not been sent; while one of its kind is asking, the others wait for the next. */
  #begin(waiting: Request[], all: boolean) {
    if (waiting.length === 0) return [];
    for (const round of this.#rounds.values()) if (round.all === all && round.stage === 'asking') return [];
    const { incarnation } = this.#surroundings;
    const id = { incarnation, sequence: this.#surroundings.nextSequence() };
    const round: Round<T> = {
      id,
      began: id,
      all,
      requests: waiting.splice(0),
      answers: new Map(),
      stage: 'asking',
      highest: null,
      floor: new Map(),
      tries: 0,
      wakeAt: this.#surroundings.now + this.#surroundings.patience,
    };
    this.#rounds.set(round.id.sequence, round);
    return this.#askAgain(round);
  }

  #askAgain(round: Round<T>): Effect<T, ReadReply<T>>[] {
    if (round.stage !== 'asking') return [];
    const unheard = this.#surroundings.actors.filter((actor) => !round.answers.has(actor));
    const grounds = { type: 'ask', began: round.began, reads: round.requests.length } as const;
    return unheard.map((actor) => send(actor, { type: 'ask', round: round.id }, undefined, grounds));
  }

  #answered(from: Actor, id: RoundId, answer: Answer<T>) {
    const round = this.#find(id);
    if (round === null || round.stage !== 'asking' || round.answers.has(from)) return [];
    round.answers.set(from, answer);
    if (!round.floor.has(from)) round.floor.set(from, answer);
    return this.#evaluate(round);
  }

  /** A majority is enough; but all that can be reached are considered, if they answer while the round is patient. */
  #evaluate(round: Round<T>): Effect<T, ReadReply<T>>[] {
    if (round.stage !== 'asking') return [];
    const { actors, alive, now } = this.#surroundings;
    const isAwaited = (actor: Actor) => round.all || (now < round.wakeAt && alive.has(actor));
    const awaited = actors.some((actor) => !round.answers.has(actor) && isAwaited(actor));
    if (awaited || round.answers.size < majority(actors.length)) return [];
    const verdict = judge(round.answers.values(), actors.length);
    round.stage = 'settling';
    round.highest = verdict.vote;
    if (verdict.type === 'chosen') {
      const { self } = this.#surroundings;
      const news = verdict.vote === null ? [] : [send(self, { type: 'learn', mark: verdict.vote })];
      return [...this.#settle(round, verdict.vote), ...news];
    }
    const mark = this.#known.mark;
    if (mark !== null && this.#isSettledBy(round, mark)) return this.#settle(round, mark);
    return this.#carry(round, verdict.vote);
  }

  /**
   * Whether a vote that became known to be chosen here after the round answers it: all that was chosen before the
   * round is at or below its highest vote, so in every chosen vote from there on.
   */
  #isSettledBy(round: Round<T>, mark: VoteOf<T>): boolean {
    return round.stage === 'settling' && compareVotes(mark, round.highest) >= 0;
  }

  /** Has the holder answer, by an accept; after that failed, phase 1 here carries the base on. */
  #carry(round: Round<T>, { ballot, slot }: VoteId): Effect<T, ReadReply<T>>[] {
    const { self } = this.#surroundings;
    const holder = round.tries === 0 ? null : this.#known.highest;
    round.wakeAt =
      this.#surroundings.now +
      growingPause(this.#surroundings, this.#surroundings.patience, round.tries, MAX_PAUSE);
    const highest = { ballot, slot };
    return [send(self, { type: 'carry', holder, reader: self, round: round.id, highest })];
  }

  /** `vote` is chosen and a right answer, once it counts all that the actors heard had answered 202. */
  #settle(round: Round<T>, vote: VoteOf<T> | null): Effect<T, ReadReply<T>>[] {
    const state = vote?.state ?? this.#machine.zero;
    const missing: Effect<T>[] = [];
    for (const [actor, { mark, watermark }] of round.floor) {
      const { covers } = this.#machine;
      if (mark !== null && compareVotes(vote, mark) < 0) {
        missing.push(send(actor, { type: 'fetch', ballot: mark.ballot, slot: mark.slot }));
      } else if (watermark !== null && !covers(state, actor, watermark)) {
        missing.push(send(actor, { type: 'push', watermark }));
      }
    }
    if (missing.length > 0) {
      round.wakeAt = Math.min(round.wakeAt, this.#surroundings.now + WATERMARK_PAUSE);
      return missing;
    }
    this.#rounds.delete(round.id.sequence);
    const { began } = round;
    const unheard = this.#unheard(round);
    return [
      ...round.requests.map(({ request }) => reply(request, { type: 'read', vote, unheard, began })),
      ...this.step({ type: 'turn' }),
    ];
  }

  #wake(round: Round<T>): Effect<T, ReadReply<T>>[] {
    if (this.#surroundings.now < round.wakeAt || !majorityAlive(this.#surroundings)) return [];
    const effects = this.#evaluate(round);
    if (effects.length > 0) return effects;
    round.wakeAt = this.#surroundings.now + this.#surroundings.patience;
    if (round.stage === 'settling') {
      // A new round: what was answered to the old one is stale.
      this.#rounds.delete(round.id.sequence);
      round.id = { ...round.id, sequence: this.#surroundings.nextSequence() };
      this.#rounds.set(round.id.sequence, round);
      round.stage = 'asking';
      round.answers.clear();
      round.tries += 1;
    }
    return this.#askAgain(round);
  }

  #expire(): Effect<T, ReadReply<T>>[] {
    const { now } = this.#surroundings;
    const effects: Effect<T, ReadReply<T>>[] = [];
    const expire = (requests: Request[], { unheard, began }: Hearing): Request[] =>
      requests.filter(({ request, deadline }) => {
        if (deadline > now) return true;
        effects.push(reply(request, { type: 'no majority', unheard, began }));
        return false;
      });
    for (const [sequence, round] of this.#rounds) {
      round.requests = expire(round.requests, { unheard: this.#unheard(round), began: round.began });
      if (round.requests.length === 0) this.#rounds.delete(sequence);
    }
    const none = { unheard: [], began: null };
    this.#some = expire(this.#some, none);
    this.#all = expire(this.#all, none);
    return [...effects, ...this.step({ type: 'turn' })];
  }

  #unheard(round: Round<T>): Actor[] {
    return this.#surroundings.actors.filter((actor) => !round.floor.has(actor));
  }

  #find(id: RoundId): Round<T> | null {
    const round = this.#rounds.get(id.sequence);
    return round !== undefined && round.id.incarnation === id.incarnation ? round : null;
  }

  #each(act: (round: Round<T>) => Effect<T, ReadReply<T>>[]) {
    return [...this.#rounds.values()].flatMap(act);
  }
}
