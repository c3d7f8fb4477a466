import type { Machine } from '../paxos/surroundings.ts';
import {
  apply,
  type Batch,
  type BatchNumber,
  type Counted,
  type CounterState,
  compareNumbers,
  counts,
  zero,
} from './state.ts';

export interface CounterShape {
  readonly state: CounterState;
  readonly command: Batch;
  readonly outcome: Counted;
  readonly watermark: BatchNumber;
}

/** The counter as the state machine of a register. */
export const counterMachine: Machine<CounterShape> = {
  zero,
  apply,
  origin: (batch) => batch.origin,
  isLater: (batch, other) => compareNumbers(batch.number, other.number) > 0,
  counts: (state, batch) => counts(state, batch.origin, batch.number),
  outcome(state, batch) {
    const last = state.origins.get(batch.origin);
    return last !== undefined && compareNumbers(last.number, batch.number) === 0 ? last : null;
  },
  covers: counts,
};
