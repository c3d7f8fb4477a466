import type { CounterState } from '../../src/counter/state.ts';
import type { Actor, Ballot, VoteId } from '../../src/paxos/ballot.ts';
import type { CounterMessage, PeerMessage } from '../../src/runtime/ports.ts';
import type { Agenda } from './agenda.ts';

/** What happened, for people; kept only of the run that is to be read. */
export class Journal {
  readonly lines: string[] = [];
  readonly #withMessages: boolean;
  readonly #agenda: Agenda;

  constructor(agenda: Agenda, withMessages: boolean) {
    this.#agenda = agenda;
    this.#withMessages = withMessages;
  }

  note(text: string): void {
    this.lines.push(`${this.#agenda.now.toFixed(1).padStart(9)} ms  ${text}`);
  }

  arrived(from: Actor, to: Actor, message: PeerMessage): void {
    if (this.#withMessages && message.type === 'counter')
      this.note(`  ${to} <- ${from}: ${message.counter}: ${describeMessage(message.message)}`);
  }
}

/** `12.a/3 = 0o17`: ballot, slot and total. */
function describeVote(vote: VoteId & { readonly state?: CounterState }): string {
  const total = vote.state === undefined ? '' : ` = 0o${vote.state.total.toString(8)}`;
  return `${describeBallot(vote.ballot)}/${vote.slot}${total}`;
}

function describeBallot({ round, actor }: Ballot): string {
  return `${round}.${actor}`;
}

function describeMessage(message: CounterMessage): string {
  const said: string[] = [message.type];
  if ('ballot' in message)
    said.push('slot' in message ? describeVote(message) : describeBallot(message.ballot));
  if ('vote' in message) said.push(`vote ${message.vote === null ? 'none' : describeVote(message.vote)}`);
  if ('mark' in message) said.push(`mark ${message.mark === null ? 'none' : describeVote(message.mark)}`);
  if ('command' in message) said.push(`${message.command.origin} +0o${message.command.amount.toString(8)}`);
  if ('outcome' in message) said.push(`total 0o${message.outcome.total.toString(8)}`);
  return said.join(' ');
}
