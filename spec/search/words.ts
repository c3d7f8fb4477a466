/** What happens in a search, in words: the lines of a counterexample. */

import type { CounterState } from '../../src/counter/state.ts';
import type { Actor, Vote } from '../../src/paxos/ballot.ts';
import type { CounterMessage } from '../../src/runtime/ports.ts';
import type { ActorInput } from './actor.ts';
import { ballotName, nameOf } from './witness.ts';

export function inputWords(self: Actor, input: ActorInput): string {
  switch (input.type) {
    case 'message':
      return `${self} receives of ${input.from}: ${messageWords(input.message)}`;
    case 'increment':
      return `a client increments at ${self} by 0o${input.amount.toString(8)}`;
    case 'read':
      return `a client reads at ${self}`;
    case 'turn':
      return `the turn of ${self} ends`;
    case 'alarm':
      return `${self}'s patience is over`;
    case 'flush':
      return `${self}'s flush is done`;
    case 'leisure':
      return `${self} flushes its mark`;
    case 'crash':
      return `${self} crashes and comes back${input.flushed ? ', with the flush that was under way' : ''}`;
    case 'suspect':
      return `${self} suspects ${input.actor}`;
    case 'trust':
      return `${self} no longer suspects ${input.actor}`;
  }
}

function messageWords(message: CounterMessage): string {
  switch (message.type) {
    case 'prepare':
      return `prepare ${ballotName(message.ballot)}`;
    case 'promise':
      return `promise ${ballotName(message.ballot)}, vote ${voteWords(message.vote)}, mark ${voteWords(message.mark)}`;
    case 'accept':
      return `accept ${voteWords(message.vote)}`;
    case 'accepted':
    case 'chosen':
    case 'fetch':
      return `${message.type} ${nameOf(message)}`;
    case 'nack':
      return `nack ${ballotName(message.ballot)}, ${ballotName(message.promised)} is promised`;
    case 'learn':
      return `learn ${voteWords(message.mark)}`;
    case 'submit':
      return `submit 0o${message.command.amount.toString(8)} of ${message.command.origin}`;
    case 'counted':
      return `counted, total 0o${message.outcome.total.toString(8)}`;
    case 'carry':
      return `carry for ${message.reader}`;
    case 'carried':
      return `carried ${voteWords(message.vote)}`;
    case 'ask':
      return 'ask';
    case 'answer':
      return `answer, vote ${voteWords(message.vote)}, mark ${message.mark === null ? '-' : nameOf(message.mark)}`;
    case 'push':
      return 'push';
  }
}

function voteWords(vote: Vote<CounterState> | null): string {
  return vote === null ? '-' : `${nameOf(vote)} (0o${vote.state.total.toString(8)})`;
}
