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
    done?.(reply);
  }

  interrupt(error: Error): void {
    for (const request of [...this.#waiting.keys()]) this.answer(request, { type: 'interrupted', error });
  }
}
