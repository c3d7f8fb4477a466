import { ofWrites } from './corruptions-of-writes.ts';
import {
  accepts,
  advance,
  any,
  type Case,
  change,
  type Forged,
  forge,
  hasVote,
  isOpenRead,
  repeat,
  roundBy,
  slotUp,
  text,
} from './forgery.ts';

export const corruptions: readonly Case[] = [
  [
    'the flush before accepted is dropped',
    (lines) => {
      const accepted = lines.findIndex((line) => line.event === 'accepted');
      const flushed = lines.findLastIndex((line, place) => place < accepted && line.event === 'flushed');
      if (flushed < 0) return false;
      const writing = lines.findLastIndex((line, place) => place < flushed && line.event === 'writing');
      lines.splice(flushed, 1);
      lines.splice(writing, 1);
      return true;
    },
    /the (vote|promise) is durable before/,
  ],
  [
    'a promise leaves before its flush',
    advance('promise', 'flushed'),
    /the promise is durable before it leaves/,
  ],
  [
    'an accepted leaves before its flush',
    advance('accepted', 'flushed'),
    /the vote is durable before accepted leaves/,
  ],
  ['a flush of nothing', repeat('flushed', any, () => ({})), /what is flushed was written/],
  [
    'a forged total',
    change('accept', any, ({ total }) => ({ total: `${text(total)}1` })),
    /the total is that of the base/,
  ],
  [
    'a forged state',
    change('accept', any, ({ vote }) => ({ vote: forge(vote) })),
    /the state is the base with the batches/,
  ],
  [
    'a batch that nobody sealed',
    change(
      'accept',
      (line) => (line.batches as unknown[]).length > 0,
      (line) => ({
        batches: (line.batches as string[]).map((batch) => batch.replace(/\+.*/, '+999')),
      }),
    ),
    /a batch is as its origin sealed it/,
  ],
  [
    'a second vote in one ballot and slot: of an acceptor',
    change(
      'accepted',
      (line) => text(line.vote).includes('#'),
      ({ vote }) => ({ vote: forge(vote) }),
    ),
    /a \(ballot, slot\) never carries two states/,
  ],
  [
    'a second accept in one ballot and slot',
    repeat('accept', any, () => ({})),
    /a \(ballot, slot\) is proposed once/,
  ],
  [
    'an accept skips a slot',
    change(
      'accept',
      (line) => line.base !== null,
      ({ vote }) => ({ vote: slotUp(vote) }),
    ),
    /slot = last slot \+ 1/,
  ],
  [
    'a vote below a promise',
    (lines) => {
      const index = lines.findIndex((line) => line.event === 'promise' && line.vote !== null);
      const promise = lines[index];
      if (promise === undefined) return false;
      const vote = text(promise.vote);
      const to = vote.replace(/^\d+\./, '').replace(/\/.*/, '');
      lines.splice(index + 1, 0, { ...promise, event: 'accepted', to, vote } as unknown as Forged);
      return true;
    },
    /no vote below a promise/,
  ],
  [
    'a promise that hides a vote',
    change('promise', hasVote, () => ({ vote: null })),
    /an acceptor reports its highest vote/,
  ],
  [
    'a promise goes down',
    repeat(
      'promise',
      (line) => Number.parseInt(text(line.ballot), 10) > 1,
      ({ ballot, to }) => ({ ballot: `1.${text(to)}`, was: ballot }),
    ),
    /promises never go down/,
  ],
  [
    'a ballot that nobody prepared',
    (lines) => {
      const promise = lines.find((line) => line.event === 'promise' && line.to === line.actor);
      const index = lines.findLastIndex(
        (line) => line.event === 'prepare' && line.clock < (promise?.clock ?? 0),
      );
      if (index >= 0) lines.splice(index, 1);
      return index >= 0;
    },
    /the ballot was prepared/,
  ],
  [
    'elected by a minority',
    change('elected', any, ({ promised }) => ({ promised: (promised as string[]).slice(0, 1) })),
    /it takes a majority/,
  ],
  [
    'elected to another base',
    change(
      'elected',
      (line) => line.base !== null,
      () => ({ base: null }),
    ),
    /the base is the highest vote/,
  ],
  ['a round is used again', repeat('prepare', any, () => ({})), /rounds never repeat/],
  [
    'a 200 before the vote is chosen',
    (lines) => {
      const index = lines.findIndex((line) => line.event === 'answered' && line.status === 200);
      const batch = text(lines[index]?.batch).replace(/\+.*/, '+');
      const sealed = lines.findIndex((line) => line.event === 'sealed' && text(line.batch).startsWith(batch));
      const [line] = index < 0 || sealed < 0 ? [] : lines.splice(index, 1);
      if (line !== undefined) lines.splice(sealed + 1, 0, { ...line, clock: 1 });
      return line !== undefined;
    },
    /the batch is in a chosen state/,
  ],
  [
    '200 with a wrong result',
    change(
      'answered',
      (line) => line.status === 200,
      () => ({ value: '0' }),
    ),
    /a result is that right after/,
  ],
  [
    '200 for an increment twice',
    repeat(
      'answered',
      (line) => line.status === 200,
      () => ({}),
    ),
    /a result is that|what is answered is in the batch/,
  ],
  [
    'a read of a vote that is not chosen',
    (lines) => {
      const index = lines.findIndex(
        (line, place) => line.event === 'accept' && lines.slice(0, place).some(isOpenRead(lines, place)),
      );
      const begun = lines.slice(0, index).find(isOpenRead(lines, index));
      const accept = lines[index];
      if (begun === undefined || accept === undefined) return false;
      const { round, actor, incarnation, number, clock, counter } = begun;
      const { vote, total } = accept;
      const read = { event: 'read finished', status: 200, round, vote, total, unheard: [] };
      lines.splice(index + 1, 0, {
        actor,
        incarnation,
        number,
        clock,
        counter,
        ...read,
      } as unknown as Forged);
      return true;
    },
    /the vote is chosen/,
  ],
  [
    'a read that is too old',
    change(
      'read finished',
      (line) => line.status === 200 && line.vote !== null,
      () => ({ vote: null, total: '0' }),
    ),
    /a read returns what was chosen when it began/,
  ],
  [
    'a read of a minority',
    (lines, actor, all) => {
      const line = lines.find((one) => one.event === 'read finished' && one.status === 200);
      if (line !== undefined)
        Object.assign(line, { unheard: [...all.keys()].filter((one) => one !== actor) });
      return line !== undefined;
    },
    /it takes a majority/,
  ],
  ['a mark that goes down', repeat('marked', any, () => ({})), /a mark never goes down/],
  [
    'a mark that is not chosen',
    (lines) => {
      const index = lines.findIndex((line) => line.event === 'accept');
      const accept = lines[index];
      if (accept === undefined) return false;
      const { actor, incarnation, number, clock, counter, vote } = accept;
      const marked = { actor, incarnation, number, clock, counter, event: 'marked', vote };
      lines.splice(index + 1, 0, marked as unknown as Forged);
      return true;
    },
    /the vote is chosen/,
  ],
  [
    'a batch number that is used for other content',
    repeat('sealed', any, ({ batch }) => ({ batch: text(batch).replace(/\+.*/, '+12345') })),
    /a batch number is never used for other content/,
  ],
  [
    'a batch number below the last',
    (lines) => {
      const [first, second] = lines.filter((line) => line.event === 'sealed');
      const incarnation = first?.incarnation;
      if (first === undefined || second === undefined || incarnation !== second.incarnation) return false;
      Object.assign(second, { batch: '1.0+1' });
      return true;
    },
    /batch numbers grow|one batch is under way|on record/,
  ],
  [
    'chosen by a minority',
    change('chosen', any, ({ accepted }) => ({ accepted: (accepted as string[]).slice(0, 1) })),
    /it takes a majority/,
  ],
  [
    'a nack without a reason',
    change('nack', any, ({ promised }) => ({ promised: roundBy(promised, -100), ballot: promised })),
    /a nack names a promise|was prepared|promises never go down/,
  ],
  [
    'value shows what is not marked',
    change(
      'shown',
      (line) => line.vote !== null,
      () => ({ vote: null, total: '0' }),
    ),
    /value/,
  ],
  ...ofWrites,
  [
    'two accepts at a time',
    (lines) => {
      const [first, second] = accepts(lines) ?? [];
      if (first === undefined || second === undefined) return false;
      const [line] = lines.splice(second, 1);
      // Else it waits in the merged trace until the first one is chosen.
      if (line !== undefined) lines.splice(first + 1, 0, { ...line, clock: 1 });
      return true;
    },
    /one accept is under way/,
  ],
  [
    'a batch is counted twice',
    (lines) => {
      const [first, second] = (accepts(lines) ?? []).map((place) => lines[place]);
      if (first === undefined || second === undefined) return false;
      const both = [first, second].flatMap(({ batches }) => batches as string[]);
      Object.assign(second, { batches: both });
      return true;
    },
    /a batch counts once/,
  ],
  [
    'an answer to a read hides a vote',
    change('read answered', hasVote, () => ({ vote: null })),
    /an acceptor reports its highest vote/,
  ],
  [
    'an answer to a read hides a 202',
    change(
      'read answered',
      (line) => line.watermark !== null,
      () => ({ watermark: null }),
    ),
    /a watermark or a mark has what was answered 202/,
  ],
  [
    'another total for an origin',
    change('counted', any, ({ total }) => ({ total: `${text(total)}1` })),
    /the total is that right after the batch/,
  ],
];
