/** Read rounds: who is said to be heard has answered, and only what was asked. */
import { compareNumbers } from '../../../src/counter/state.ts';
import type { Actor } from '../../../src/paxos/ballot.ts';
import { numberText } from '../../../src/runtime/trace.ts';
import type { CounterLine } from '../line.ts';
import { numberOf } from '../names.ts';
import type { CounterSpec } from '../state.ts';
import { type Account, type Accounts, agree } from './account.ts';

export const readerAccounts: Accounts = {
  'read begun'(_spec, { account }, line) {
    const { asked: rounds } = account;
    const [began, asked] = [numberOf(line.round), numberOf(line.asked)];
    const isAgain = line.asked !== line.round;
    for (const { incarnation } of [began, asked]) {
      agree(incarnation === line.incarnation, 'a round is of this life', () => `${incarnation} is another`);
    }
    const reading = rounds.find(began);
    const isOpen = reading === undefined ? rounds.isForgotten(began) : !reading.isOver;
    agree(!isAgain || isOpen, 'what is asked again has begun', () => `${line.round} has not, or it is over`);
    if (rounds.has(asked)) return;
    const { last } = rounds;
    agree(
      last === null || compareNumbers(asked, last) > 0,
      'the numbers of rounds grow',
      () => `${last && numberText(last)} was asked before`,
    );
    rounds.add(asked, reading ?? { heard: new Set(), isOver: false });
  },

  'read answered'(spec, _site, line) {
    isAsked(spec, line);
    spec.site(line.to).account.asked.find(numberOf(line.round))?.heard.add(line.actor);
  },

  'read finished'(spec, { account, rounds }, line) {
    account.telling =
      line.status === 200 && line.round !== null && rounds.has(line.round) ? line.round : null;
    const reading = line.round === null ? undefined : account.asked.find(numberOf(line.round));
    if (reading === undefined || line.round === null) return;
    reading.isOver = !rounds.has(line.round);
    for (const actor of spec.actors) {
      agree(
        line.unheard.includes(actor) || reading.heard.has(actor),
        'who was heard has answered',
        () => `${actor} has not`,
      );
    }
  },
};

export function isAsked(
  spec: CounterSpec,
  { to, round }: { readonly to: Actor; readonly round: string },
): void {
  const isKnown = spec.site(to).account.asked.has(numberOf(round));
  agree(isKnown, 'what is answered was asked', () => `${to} has not asked ${round}`);
}

/** All reads of a round are told at once: nothing happens between. To be asked before any event. */
export function tellsAll({ telling }: Account, line: CounterLine): void {
  const isNext = telling === null || (line.event === 'read finished' && line.round === telling);
  agree(isNext, 'all reads of a round are told', () => `of ${telling} there are more`);
}
