import type { Actor } from '../../src/paxos/ballot.ts';
import type { CounterMessage, CounterRegister } from '../../src/runtime/ports.ts';
import type { History } from './history.ts';

/** A message about one counter in the moment in which it leaves, and what is behind it. */
export interface Sending {
  readonly from: Actor;
  readonly counter: string;
  readonly message: CounterMessage;
  /** What `from` has on its disk; null: nothing of this counter. */
  readonly durable: CounterRegister | null;
  readonly history: History;
  readonly now: number;
}
