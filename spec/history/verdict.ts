import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { kept } from './kept.ts';
import { linearizable } from './linearizable.ts';
import { exchange, type Target } from './load.ts';
import { monotone } from './monotone.ts';
import { InvariantViolation, type Operations } from './operation.ts';
import { recorded } from './recorded.ts';

export interface Verdict {
  /** Empty if all is right. One line each, naming the operations. */
  readonly violations: readonly string[];
  /** How often which kind of operation ended how: `increment counted`. */
  readonly tally: ReadonlyMap<string, number>;
  /** Milliseconds after which `value` was last seen to say anything else than `consistent_value`; 0: never. */
  readonly agreedWithin: number;
}

/** Milliseconds in which `value` has to agree everywhere. */
const AGREES_WITHIN_MS = 1_000;
const POLL_MS = 20;
/** Connections to one actor, which the actor and a client survive at once. */
const SOCKETS = 16;

/** After all faults have stopped: nothing is lost, nothing doubled, all agree, and no answer contradicts another. */
export async function examine(targets: readonly Target[], { operations }: Operations): Promise<Verdict> {
  const violations: string[] = [];
  const counters = [...new Set(operations.map(({ counter }) => counter))];
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
  const totals = new Map<string, bigint>();
  const ask = (target: Target, counter: string, path: string) =>
    exchange(agent, `${target.url}/counter/${counter}/${path}`, null);

  async function agreedTotal(counter: string): Promise<void> {
    const told = await Promise.all(targets.map((target) => ask(target, counter, 'consistent_value')));
    const refused = told.findIndex(({ status }) => status !== 200);
    if (refused >= 0) {
      violations.push(
        `consistent_value of ${counter} at ${targets[refused]?.actor}: ${told[refused]?.status}`,
      );
      return;
    }
    const values = new Set(told.map(({ body }) => body));
    if (values.size > 1) violations.push(`consistent_value of ${counter} is ${[...values].join(' and ')}`);
    totals.set(counter, BigInt([...values][0] ?? '0'));
  }

  /** The actor at which `value` says something else; null if there is none. */
  async function dissenter(counter: string, total: bigint): Promise<string | null> {
    const told = await Promise.all(targets.map((target) => ask(target, counter, 'value')));
    const index = told.findIndex(({ status, body }) => status !== 200 || BigInt(body) !== total);
    return index < 0 ? null : `value of ${counter} at ${targets[index]?.actor} is not ${total}`;
  }

  await Promise.all(counters.map(agreedTotal));
  const since = performance.now();
  let agreedWithin = 0;
  await Promise.all(
    [...totals].map(async ([counter, total]) => {
      for (;;) {
        const dissent = await dissenter(counter, total);
        if (dissent === null) return;
        agreedWithin = performance.now() - since;
        if (agreedWithin > AGREES_WITHIN_MS) {
          violations.push(`${dissent} within ${AGREES_WITHIN_MS} ms`);
          return;
        }
        await pause(POLL_MS);
      }
    }),
  );
  agent.destroy();

  for (const check of [
    () => kept({ operations }, totals),
    ...CHECKS.map((one) => () => one({ operations })),
  ]) {
    try {
      check();
    } catch (error) {
      if (!(error instanceof InvariantViolation)) throw error;
      violations.push(error.message);
    }
  }
  const tally = new Map<string, number>();
  for (const { kind, outcome } of operations) {
    const key = `${kind} ${outcome}`;
    tally.set(key, (tally.get(key) ?? 0) + 1);
  }
  return { violations, tally, agreedWithin };
}

const CHECKS = [linearizable, recorded, monotone];
