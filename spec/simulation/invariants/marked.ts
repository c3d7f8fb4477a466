import type { VoteId } from '../../../src/paxos/ballot.ts';
import type { CounterMessage } from '../../../src/runtime/ports.ts';
import { InvariantViolation } from '../../history/operation.ts';
import { nameOf } from '../history.ts';
import type { Sending } from '../sending.ts';

/** What an actor says is chosen, is chosen (protocol.md, "Words": mark). That its disk says so is seen by the history. */
export function marked({ from, counter, message, history }: Sending): void {
  const id = told(message);
  if (id !== null && !history.isChosen(counter, id))
    throw new InvariantViolation(`${from} says in ${message.type} that ${nameOf(counter, id)} is chosen`);
}

function told(message: CounterMessage): VoteId | null {
  switch (message.type) {
    case 'chosen':
      return message;
    case 'carried':
      return message.vote;
    case 'promise':
    case 'learn':
    case 'answer':
      return message.mark;
    default:
      return null;
  }
}
