import type { CounterEffect, CounterReply } from '../../src/counter/counter.ts';
import type { CounterShape } from '../../src/counter/machine.ts';
import type { Backlog, RecordedBatch } from '../../src/counter/origin.ts';
import type { BatchNumber } from '../../src/counter/state.ts';
import { effectWords, readWords, type Words } from '../paxos/words.ts';

/** `1.4` is the fourth number of the first incarnation. */
export const numberWords = ({ incarnation, sequence }: BatchNumber): string => `${incarnation}.${sequence}`;

/** A total, and the last batch counted of each origin. */
export const counting: Words<CounterShape> = {
  state({ total, origins }) {
    const last = [...origins].map(([origin, { number }]) => `${origin}#${numberWords(number)}`);
    return last.length === 0 ? `${total}` : `${total} {${last.join(' ')}}`;
  },
  command: ({ origin, number, amount }) =>
    `${origin}#${numberWords(number)} ${amount < 0n ? '' : '+'}${amount}`,
  outcome: ({ number, total }) => `#${numberWords(number)} in total ${total}`,
  watermark: (number) => `#${numberWords(number)}`,
};

export function answerWords(reply: CounterReply): string {
  switch (reply.type) {
    case 'counted':
      return `counted ${reply.value}, slot ${reply.slot}`;
    case 'read':
    case 'no majority':
      return readWords(reply, counting);
    default:
      return reply.type;
  }
}

export function lines(effects: readonly CounterEffect[]): string[] {
  return effects.map((effect) => effectWords(effect, counting, answerWords));
}

export function backlogWords(backlog: Backlog | null): string {
  const record = (batch: RecordedBatch | null) =>
    batch === null ? 'none' : `#${numberWords(batch.number)} +${batch.amount}`;
  return backlog === null ? 'none' : `sealed ${record(backlog.sealed)}, open ${record(backlog.open)}`;
}
