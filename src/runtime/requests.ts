import type { CounterReply } from '../counter/counter.ts';
import type { CounterState } from '../counter/state.ts';
import { MAX_WAITING } from '../limits.ts';
import type { Vote } from '../paxos/ballot.ts';

export type DriverReply =
  | CounterReply
  | { readonly type: 'overloaded' }
  | { readonly type: 'failed'; readonly error: Error }
  /** The store failed while it was under way. */
  | { readonly type: 'interrupted'; readonly error: Error };

export type ValueReply =
  | { readonly type: 'shown'; readonly vote: Vote<CounterState> | null }
  | { readonly type: 'failed'; readonly error: Error };

type Done = (reply: DriverReply) => void;

interface Waiting {
  readonly request: number;
  readonly done: Done;
}

/** Who waits for an answer. */
export class Requests {
  /**
   * Each at its number modulo the length, a power of two, at least twice as many as wait. A Map from which as much is taken as
   * is put into it is made anew again and again.
   */
  #waiting: (Waiting | null)[] = new Array<null>(64).fill(null);
  #count = 0;
  #last = 0;
  #answered: { readonly done: Done; readonly reply: DriverReply }[] = [];

  get isFull(): boolean {
    return this.#count >= MAX_WAITING;
  }

  get areMany(): boolean {
    return this.#count > 1;
  }

  /** Returns the number by which `done` is to be answered. */
  add(done: Done): number {
    if (2 * this.#count >= this.#waiting.length) this.#grow();
    // Who waits for long keeps its place.
    do this.#last += 1;
    while (this.#waiting[this.#placeOf(this.#last)] !== null);
    this.#waiting[this.#placeOf(this.#last)] = { request: this.#last, done };
    this.#count += 1;
    return this.#last;
  }

  answer(request: number, reply: DriverReply): void {
    const place = this.#placeOf(request);
    const waiting = this.#waiting[place];
    if (waiting?.request !== request) return;
    this.#waiting[place] = null;
    this.#count -= 1;
    this.#answered.push({ done: waiting.done, reply });
  }

  /** Tells whoever waits for what was answered: at the end of a turn, when what other actors wait for has left. */
  deliver(): void {
    if (this.#answered.length === 0) return;
    const answered = this.#answered;
    this.#answered = [];
    for (const { done, reply } of answered) done(reply);
  }

  interrupt(error: Error): void {
    for (const waiting of this.#waiting) {
      if (waiting !== null) this.answer(waiting.request, { type: 'interrupted', error });
    }
    this.deliver();
  }

  #placeOf(request: number): number {
    return request & (this.#waiting.length - 1);
  }

  #grow(): void {
    const former = this.#waiting;
    this.#waiting = new Array<null>(2 * former.length).fill(null);
    for (const waiting of former) {
      if (waiting !== null) this.#waiting[this.#placeOf(waiting.request)] = waiting;
    }
  }
}
