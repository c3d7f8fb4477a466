import { compareBallots, compareVotes } from '../../../src/paxos/ballot.ts';
import { InvariantViolation } from '../../history/operation.ts';
import type { Sending } from '../sending.ts';

/** Promise and vote become durable before anybody is told of them (protocol.md, "Phase 1" 2 and "Phase 2" 5). */
export function durable({ from, counter, message, durable: disk }: Sending): void {
  const promise = message.type === 'promise' ? message.ballot : null;
  const vote =
    message.type === 'accepted'
      ? message
      : message.type === 'promise' || message.type === 'answer'
        ? message.vote
        : null;
  if (compareBallots(disk?.promise ?? null, promise) < 0 || compareVotes(disk?.vote ?? null, vote) < 0)
    throw new InvariantViolation(`${from} tells of a ${message.type} of ${counter} before it is durable`);
}
