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

/** Who waits for an answer. */
export class Requests {
  readonly #waiting = new Map<number, Done>();
  #last = 0;
  #answered: { readonly done: Done; readonly reply: DriverReply }[] = [];

  get isFull(): boolean {
    return this.#waiting.size >= MAX_WAITING;
  }

  get areMany(): boolean {
    return this.#waiting.size > 1;
  }

  /** Returns the number by which `done` is to be answered. */
  add(done: Done): number {
    this.#last += 1;
    this.#waiting.set(this.#last, done);
    return this.#last;
  }

  answer(request: number, reply: DriverReply): void {
    const done = this.#waiting.get(request);
    this.#waiting.delete(request);
    if (done !== undefined) this.#answered.push({ done, reply });
  }

  /** Tells whoever waits for what was answered: at the end of a turn, when what other actors wait for has left. */
  deliver(): void {
    if (this.#answered.length === 0) return;
    const answered = this.#answered;
    this.#answered = [];
    for (const { done, reply } of answered) done(reply);
  }

  interrupt(error: Error): void {
    for (const request of [...this.#waiting.keys()]) this.answer(request, { type: 'interrupted', error });
    this.deliver();
  }
}
