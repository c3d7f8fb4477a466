/** Registers and writes for the tests of the stores. */
import { type CounterState, Origins } from '../../src/counter/state.ts';
import type { Vote } from '../../src/paxos/ballot.ts';
import type {
  Backlog,
  BacklogWrite,
  CounterRegister,
  CounterWrite,
  Store,
  StoreWrite,
} from '../../src/runtime/ports.ts';

export const nothing: StoreWrite = { counters: [], backlogs: [], membership: null };

export function state(total: bigint): CounterState {
  return { total, origins: new Origins(['10.0.0.1'], [{ number: { incarnation: 1, sequence: 7 }, total }]) };
}

export function vote(slot: number, total = BigInt(slot)): Vote<CounterState> {
  return { ballot: { round: 3, actor: '10.0.0.2' }, slot, state: state(total) };
}

/** A register whose last vote, in `slot`, is known to be chosen. */
export function chosen(slot: number, total = BigInt(slot)): CounterRegister {
  const last = vote(slot, total);
  return { promise: last.ballot, vote: last, mark: last };
}

export function counterWrite(
  counter: string,
  register: CounterRegister,
  change = 0,
  previousChange = 0,
): CounterWrite {
  return { counter, register, change, previousChange };
}

export function writeOf(...counters: CounterWrite[]): StoreWrite {
  return { ...nothing, counters };
}

export function backlogsOf(...backlogs: BacklogWrite[]): StoreWrite {
  return { ...nothing, backlogs };
}

export function backlog(sequence: number): Backlog {
  return {
    sealed: { number: { incarnation: 2, sequence }, amount: 5n },
    open: { number: { incarnation: 2, sequence: sequence + 1 }, amount: 2n ** 70n },
  };
}

/** Resolves when `write` is durable. */
export function persist(store: Store, write: StoreWrite): Promise<void> {
  return new Promise((resolve, reject) => {
    store.write(write, (error) => (error === null ? resolve() : reject(error)));
  });
}
