/** What the clients have asked for, and what they were told: `null` is what was not asked for yet. */
import type { CounterReply } from '../../src/counter/counter.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import { begin, InvariantViolation, type Operation } from '../history/operation.ts';
import type { ActorInput } from './actor.ts';

export const COUNTER = 'hits';

export type Told = readonly (Operation | null)[];

export interface Replied {
  readonly request: number;
  readonly reply: CounterReply;
}

/** After `self` was given `input`, and replied. Of times only the order matters in which one ends before another begins. */
export function tell(before: Told, self: Actor, input: ActorInput, replies: readonly Replied[]): Told {
  const asks = input.type === 'increment' || input.type === 'read';
  if (!asks && input.type !== 'crash' && replies.length === 0) return before;
  const told = [...before];
  if (asks) {
    const start =
      1 + Math.max(-1, ...told.map((one) => (one !== null && one.end !== Infinity ? one.end : -1)));
    const amount = input.type === 'increment' ? input.amount : 0n;
    told[input.request] = begin({ kind: input.type, actor: self, counter: COUNTER, amount, start });
  }
  if (input.type === 'crash') {
    told.forEach((one, request) => {
      if (one?.actor === self && one.outcome === 'pending') told[request] = { ...one, outcome: 'lost' };
    });
  }
  const end = Math.max(0, ...told.map((one) => one?.start ?? 0));
  for (const { request, reply } of replies) {
    const one = told[request] ?? null;
    if (one?.outcome !== 'pending') throw new InvariantViolation(`${one?.kind} ${request} is answered twice`);
    told[request] = { ...one, end, ...answerOf(reply) };
  }
  return told;
}

/** Who asked where for what is in the configuration. */
export function textOfTold(told: Told): string {
  return told
    .map((one) => one && `${one.start} ${one.end} ${one.outcome} ${one.value} ${one.unheard}`)
    .join();
}

/** Whether that operation, if it is one, was asked for and is no longer waited for. */
export function isOver(told: Told, after: number | null): boolean {
  if (after === null) return true;
  const other = told[after] ?? null;
  return other !== null && other.outcome !== 'pending';
}

function answerOf(reply: CounterReply): Pick<Operation, 'outcome' | 'value' | 'unheard'> {
  switch (reply.type) {
    case 'counted':
      return { outcome: 'counted', value: reply.value, unheard: [] };
    case 'read':
      return { outcome: 'read', value: reply.vote?.state.total ?? 0n, unheard: reply.unheard };
    case 'no majority':
      return { outcome: 'refused', value: 0n, unheard: [] };
    default:
      return { outcome: reply.type, value: 0n, unheard: [] };
  }
}
