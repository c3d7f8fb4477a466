import type { CounterEvent } from '../../../src/runtime/trace.ts';
import type { CounterLine } from '../line.ts';
import type { CounterSpec, Site } from '../state.ts';

/** One action of the specification: throws a Refusal if its guard does not hold, else changes the state. */
export type Rule<E extends CounterEvent['event']> = (
  spec: CounterSpec,
  site: Site,
  line: Extract<CounterLine, { readonly event: E }>,
) => void;

export type Rules<E extends CounterEvent['event']> = { readonly [K in E]: Rule<K> };
