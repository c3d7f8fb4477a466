/** Read rounds and `value` (protocol.md, "consistent_value" and "value"). */
import { compareNumbers, counts, zero } from '../../../src/counter/state.ts';
import { compareVotes } from '../../../src/paxos/ballot.ts';
import { numberText } from '../../../src/runtime/trace.ts';
import { amountOf, numberOf, type Voted, votedOrNone } from '../names.ts';
import { demand } from '../refusal.ts';
import type { CounterSpec } from '../state.ts';
import { reports } from './acceptor.ts';
import type { Rules } from './rule.ts';

export const readerRules: Rules<'read begun' | 'read answered' | 'read finished' | 'shown'> = {
  'read begun'(spec, site, line) {
    const recorded = [...spec.sites.values()].flatMap(({ actor, recorded: number }) =>
      number === null ? [] : [[actor, number] as const],
    );
    // It is asked again.
    if (site.rounds.has(line.round)) return;
    const { chosen } = spec;
    const floor = chosen === null ? null : { ballot: chosen.ballot, slot: chosen.slot };
    site.rounds.set(line.round, { reads: line.reads, floor, recorded: new Map(recorded) });
  },

  'read answered'(spec, site, line) {
    const [vote, mark] = [votedOrNone(line.vote), votedOrNone(line.mark)];
    reports(spec, site, vote);
    const proposal = mark === null ? null : spec.chosenProposal(mark);
    demand(
      compareVotes(mark, site.mark) <= 0,
      'the mark it reports is its own',
      () => `that is ${site.mark?.name ?? 'none'}`,
    );
    const { recorded } = site;
    if (recorded === null) return;
    const isBelow = line.watermark !== null && compareNumbers(numberOf(line.watermark), recorded) >= 0;
    // Of a mark that is forgotten nothing is asked.
    const state = mark === null ? zero : proposal?.state;
    demand(
      isBelow || state == null || counts(state, line.actor, recorded),
      'a watermark or a mark has what was answered 202',
      () => `${numberText(recorded)} was answered 202, the watermark is ${line.watermark ?? 'none'}`,
    );
  },

  'read finished'(spec, site, line) {
    if (line.round === null) {
      demand(line.status === 503, 'a result is of a round', () => 'it joined none');
      return;
    }
    const round = site.rounds.get(line.round);
    demand(
      round !== undefined,
      'the round has begun',
      () => `${line.round} has not, or all its reads are answered`,
    );
    round.reads -= 1;
    if (round.reads === 0) site.rounds.delete(line.round);
    if (line.status === 503) return;
    const vote = votedOrNone(line.vote);
    const state = stateOf(spec, vote, line.total);
    demand(
      compareVotes(vote, round.floor) >= 0,
      'a read returns what was chosen when it began, or later',
      () => `${round.floor?.ballot.round}.${round.floor?.ballot.actor}/${round.floor?.slot} was chosen`,
    );
    const heard = spec.actors.filter((actor) => !line.unheard.includes(actor));
    demand(heard.length >= spec.majority, 'it takes a majority', () => `it heard ${heard.join(', ')}`);
    for (const actor of heard) {
      const recorded = round.recorded.get(actor);
      demand(
        recorded === undefined || state === null || counts(state, actor, recorded),
        'a read includes what those that it heard had answered 202',
        () => `${actor} ${recorded && numberText(recorded)} was answered 202`,
      );
    }
  },

  shown(spec, site, line) {
    const vote = votedOrNone(line.vote);
    stateOf(spec, vote, line.total);
    demand(
      compareVotes(vote, site.shown) >= 0,
      'value never goes down',
      () => `it has shown ${site.shown?.name}`,
    );
    demand(
      compareVotes(vote, site.disk.mark) === 0,
      'value is the durable mark',
      () => `that is ${site.disk.mark?.name ?? 'none'}`,
    );
    site.shown = vote;
  },
};

/** Of a vote that is chosen, and of the total that was told; null if it is forgotten. */
function stateOf(spec: CounterSpec, vote: Voted | null, total: string) {
  const proposal = vote === null ? null : spec.chosenProposal(vote);
  const state = vote === null ? zero : (proposal?.state ?? null);
  demand(
    state === null || state.total === amountOf(total),
    'the total is that of the vote',
    () => `that is ${state?.total}`,
  );
  return state;
}
