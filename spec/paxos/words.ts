/** Messages and effects as one line each, for tests to compare and people to read. */
import type { Ballot, VoteId } from '../../src/paxos/ballot.ts';
import type { Effect } from '../../src/paxos/effects.ts';
import type { Message, RoundId, Shape, VoteOf } from '../../src/paxos/message.ts';
import type { ReadReply } from '../../src/paxos/reader.ts';

/** How a state machine's own types read. */
export interface Words<T extends Shape> {
  state(state: T['state']): string;
  command(command: T['command']): string;
  outcome(outcome: T['outcome']): string;
  watermark(watermark: T['watermark']): string;
}

export function ballotWords(ballot: Ballot | null): string {
  return ballot === null ? 'none' : `${ballot.round}.${ballot.actor}`;
}

export function idWords(id: VoteId | null): string {
  return id === null ? 'none' : `${ballotWords(id.ballot)}/${id.slot}`;
}

export function voteWords<T extends Shape>(vote: VoteOf<T> | null, words: Words<T>): string {
  return vote === null ? 'none' : `${idWords(vote)} = ${words.state(vote.state)}`;
}

function roundWords({ incarnation, sequence }: RoundId): string {
  return `round ${incarnation}.${sequence}`;
}

export function messageWords<T extends Shape>(message: Message<T>, words: Words<T>): string {
  const { type } = message;
  switch (message.type) {
    case 'prepare':
      return `${type} ${ballotWords(message.ballot)}`;
    case 'promise': {
      const { ballot, vote, mark } = message;
      return `${type} ${ballotWords(ballot)}, vote ${voteWords(vote, words)}, mark ${voteWords(mark, words)}`;
    }
    case 'accept':
      return `${type} ${voteWords(message.vote, words)}`;
    case 'accepted':
    case 'chosen':
    case 'fetch':
      return `${type} ${idWords(message)}`;
    case 'nack':
      return `${type} ${ballotWords(message.ballot)}, promised ${ballotWords(message.promised)}`;
    case 'learn':
      return `${type} ${voteWords(message.mark, words)}`;
    case 'submit':
      return `${type} ${words.command(message.command)}, holder ${ballotWords(message.holder)}`;
    case 'counted':
      return `${type} ${words.outcome(message.outcome)}, slot ${message.slot}`;
    case 'carry':
      return `${type} ${roundWords(message.round)} of ${message.reader} at ${idWords(message.highest)}, holder ${ballotWords(message.holder)}`;
    case 'carried':
      return `${type} ${roundWords(message.round)}: ${voteWords(message.vote, words)}`;
    case 'ask':
      return `${type} ${roundWords(message.round)}`;
    case 'answer': {
      const { round, promised, vote, mark, watermark } = message;
      const pushed = watermark === null ? 'none' : words.watermark(watermark);
      return [
        `${type} ${roundWords(round)}: promised ${ballotWords(promised)}`,
        `vote ${voteWords(vote, words)}`,
        `mark ${idWords(mark)}`,
        `watermark ${pushed}`,
      ].join(', ');
    }
    case 'push':
      return `${type} ${words.watermark(message.watermark)}`;
  }
}

export function readWords<T extends Shape>(answer: ReadReply<T>, words: Words<T>): string {
  const unheard = answer.unheard.length === 0 ? '' : `, not heard: ${answer.unheard.join(' ')}`;
  return answer.type === 'read'
    ? `read ${voteWords(answer.vote, words)}${unheard}`
    : `${answer.type}${unheard}`;
}

export function effectWords<T extends Shape, A>(
  effect: Effect<T, A>,
  words: Words<T>,
  answerWords: (answer: A) => string,
): string {
  if (effect.type === 'persist') return `persist ${effect.what} ${effect.when}`;
  const gated = effect.leaves === 'at once' ? '' : `, ${effect.leaves}`;
  return effect.type === 'send'
    ? `to ${effect.to}${gated}: ${messageWords(effect.message, words)}`
    : `reply ${effect.request}${gated}: ${answerWords(effect.reply)}`;
}
