import type { ExecutionContext } from 'ava';
import type { History } from '../simulation/history.ts';
import { hasDoubled } from '../simulation/invariants/digits.ts';
import { kept } from '../simulation/invariants/kept.ts';
import { linearizable } from '../simulation/invariants/linearizable.ts';
import { monotone } from '../simulation/invariants/monotone.ts';
import { recorded } from '../simulation/invariants/recorded.ts';
import { eventually, type ProcessCluster } from './processes.ts';

/** Milliseconds in which `value` agrees everywhere. */
const AGREES_WITHIN_MS = 1_000;

/** After all faults have stopped: nothing is lost, nothing doubled, all agree, and no answer contradicts another. */
export async function verify(t: ExecutionContext, cluster: ProcessCluster, history: History): Promise<void> {
  const finals = new Map<string, bigint>();
  for (const counter of new Set(history.operations.map((operation) => operation.counter))) {
    finals.set(counter, await agreedTotal(t, cluster, counter));
  }
  for (const [counter, total] of finals) t.false(hasDoubled(total), `${counter} counts an increment twice`);
  kept(history, finals);
  linearizable(history);
  recorded(history);
  monotone(history);
  const tally = Map.groupBy(history.operations, ({ kind, outcome }) => `${kind} ${outcome}`);
  t.log([...tally].map(([outcome, { length }]) => `${outcome}: ${length}`).join(', '));
}

/** The total that every actor answers, consistently, and then locally. */
async function agreedTotal(t: ExecutionContext, cluster: ProcessCluster, counter: string): Promise<bigint> {
  const ask = async (path: string) => {
    const answers = await Promise.all(
      cluster.actors.map((actor) => actor.ask('GET', `/counter/${counter}/${path}`)),
    );
    t.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    return new Set(answers.map(({ body }) => body));
  };
  const consistent = await ask('consistent_value');
  t.is(consistent.size, 1, `consistent_value of ${counter} is ${[...consistent].join(' and ')}`);
  const [total = ''] = consistent;
  await eventually(
    `value of ${counter} is ${total} on all`,
    async () => {
      const local = await ask('value');
      return local.size === 1 && local.has(total) ? true : null;
    },
    AGREES_WITHIN_MS,
  );
  return BigInt(total);
}
