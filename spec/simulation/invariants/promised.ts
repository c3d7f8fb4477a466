import { compareBallots } from '../../../src/paxos/ballot.ts';
import { InvariantViolation } from '../../history/operation.ts';
import type { Sending } from '../sending.ts';

/**
 * A proposer's own acceptor promises the ballot durably before anybody hears of it (protocol.md, "Phase 1" 1): so no
 * ballot is used twice. And nobody proposes in a ballot of somebody else.
 */
export function promised({ from, counter, message, durable }: Sending): void {
  if (message.type !== 'prepare' && message.type !== 'accept') return;
  const ballot = message.type === 'prepare' ? message.ballot : message.vote.ballot;
  if (ballot.actor !== from) throw new InvariantViolation(`${from} proposes in a ballot of ${ballot.actor}`);
  if (compareBallots(durable?.promise ?? null, ballot) < 0)
    throw new InvariantViolation(
      `${from} sends ${message.type} in ballot ${ballot.round} of ${counter}, which it has not promised durably`,
    );
}
