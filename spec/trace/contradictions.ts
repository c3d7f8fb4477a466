import {
  any,
  type Case,
  type Corruption,
  change,
  type Event,
  type Forged,
  hasVote,
  repeat,
  roundBy,
  text,
} from './forgery.ts';

/** The first event of a kind of which that is true is missing, and there is no gap. */
const drop =
  (event: Event, which: (line: Forged, place: number, lines: readonly Forged[]) => boolean): Corruption =>
  (lines) => {
    const place = lines.findIndex((line, at) => line.event === event && which(line, at, lines));
    if (place >= 0) lines.splice(place, 1);
    return place >= 0;
  };

/** The first event of a kind says what another said before, of the same counter in the same life. */
const asBefore =
  (event: Event, field: string, which: (line: Forged, before: Forged) => boolean = any): Corruption =>
  (lines) => {
    for (const [place, line] of lines.entries()) {
      if (line.event !== event) continue;
      const before = lines.find(
        (one, at) =>
          at < place &&
          one.event === event &&
          one.counter === line.counter &&
          one.incarnation === line.incarnation &&
          text(one[field]) !== text(line[field]) &&
          which(line, one),
      );
      if (before === undefined) continue;
      Object.assign(line, { [field]: before[field] });
      return true;
    }
    return false;
  };

const slotOf = (vote: unknown) => Number(/\/(\d+)/.exec(text(vote))?.[1]);

/** What was chosen last may be told before it is marked: so by two slots. */
const isOlder = (line: Forged, before: Forged) => slotOf(before.vote) < slotOf(line.vote) - 1;

const plus = (number: unknown, by: number) =>
  text(number).replace(/\.(\d+)/, (_, sequence) => `.${Number(sequence) + by}`);
const amountPlus = (batch: unknown, by: bigint) =>
  text(batch).replace(/\+(.*)/, (_, amount) => `+${BigInt(amount) + by}`);
const isFollowed = (line: Forged, place: number, lines: readonly Forged[]) =>
  lines.some(
    (one, at) =>
      at > place && one.event === 'accept' && text(one.base) === text(line.vote).replace(/#.*/, ''),
  );
const is200 = (line: Forged) => line.event === 'answered' && line.status === 200;

/** What does not agree with what else is told, and the guard that has to refuse it. The specification has no part in it. */
export const contradictions: readonly Case[] = [
  ['a field is missing', change('loaded', any, () => ({ vote: undefined })), /well formed/],
  ['half a register is written', change('writing', hasVote, () => ({ mark: undefined })), /well formed/],
  ['a field of another type', change('shown', any, ({ total }) => ({ total: [total] })), /well formed/],
  [
    'a vote without its state',
    change('marked', any, ({ vote }) => ({ vote: text(vote).replace(/#.*/, '') })),
    /well formed/,
  ],
  [
    'a vote by another text',
    change('accept', any, ({ vote }) => ({ vote: `0${text(vote)}` })),
    /well formed/,
  ],
  ['an answer that there is not', change('answered', any, () => ({ status: 201 })), /well formed/],
  ['an actor that there is not', change('accepted', any, () => ({ to: 'nobody' })), /well formed/],
  [
    'an actor twice',
    change('chosen', any, ({ accepted }) => ({
      accepted: [...(accepted as string[]), (accepted as string[])[0]],
    })),
    /well formed/,
  ],
  ['an event of no counter', change('flushed', any, () => ({ counter: undefined })), /well formed/],
  ['an event that there is not', change('nack', any, () => ({ event: 'toString' })), /well formed/],
  ['a round without reads', change('read begun', any, () => ({ reads: 0 })), /well formed/],
  [
    'a store that is another',
    change(
      'started',
      ({ incarnation }) => incarnation > 1,
      () => ({ store: 'another' }),
    ),
    /an actor keeps its store/,
  ],
  [
    'other actors',
    change('started', any, ({ actors }) => ({ actors: [...(actors as string[]), 'another'] })),
    /all have the same actors/,
  ],
  ['a link to itself', change('link up', any, ({ actor }) => ({ peer: actor })), /a link is to another/],
  ['a link that is up comes up', repeat('link up', any, () => ({})), /a link that comes up was down/],
  [
    'a mark is written that it has not',
    change(
      'writing',
      ({ mark }) => typeof mark === 'string',
      () => ({ mark: null }),
    ),
    /the mark that is written is its own/,
  ],
  [
    'a promise hides a mark',
    change(
      'promise',
      ({ mark }) => mark !== null,
      () => ({ mark: null }),
    ),
    /the mark it reports is its last/,
  ],
  [
    'an answer to a read hides a mark',
    asBefore('read answered', 'mark'),
    /the mark it reports is the one it knows/,
  ],
  ['an old mark is told', asBefore('learn', 'vote', isOlder), /the mark it tells is its own/],
  [
    'who rode on an accept is told of another',
    asBefore('carried', 'vote', isOlder),
    /the accept is under way/,
  ],
  [
    'a batch is counted in another slot',
    change('counted', any, ({ slot }) => ({ slot: Number(slot) + 1 })),
    /the slot is that of its last accept/,
  ],
  [
    'a batch is counted that was not',
    change(
      'counted',
      ({ batch }) => !text(batch).endsWith('.1'),
      ({ batch }) => ({ batch: plus(batch, -1) }),
    ),
    /what it tells to be counted is so|the total is that right after the batch/,
  ],
  ['an accept of which nobody was told', drop('chosen', isFollowed), /one accept is under way/],
  ['a vote is chosen twice', repeat('chosen', any, () => ({})), /the accept is under way/],
  [
    'a nack goes to another',
    change('nack', any, ({ to, actor }) => ({ to: to === actor ? 'nobody' : actor })),
    /a nack goes to its proposer/,
  ],
  [
    'a nack of a ballot that nobody prepared',
    change('nack', any, ({ ballot }) => ({ ballot: roundBy(ballot, -100) })),
    /that very ballot was prepared/,
  ],
  [
    'an answer to a read that nobody asked',
    change('read answered', any, ({ round }) => ({ round: plus(round, 1) })),
    /what is answered was asked/,
  ],
  [
    'an answer to a read hides a promise',
    change(
      'read answered',
      ({ promised }) => promised !== null,
      () => ({ promised: null }),
    ),
    /the promise it reports is the durable one/,
  ],
  [
    'an answer to a read has a promise that nobody asked for',
    change(
      'read answered',
      ({ promised }) => promised !== null,
      ({ promised }) => ({ promised: roundBy(promised, 1) }),
    ),
    /that very ballot was prepared|the promise it reports is the durable one/,
  ],
  [
    'a watermark of nothing',
    change('read answered', any, ({ incarnation }) => ({ watermark: `${incarnation}.99999` })),
    /a watermark is of what is on record/,
  ],
  [
    'a round of another life',
    change('read begun', any, ({ incarnation, round }) => ({
      round: text(round).replace(/^\d+/, `${incarnation + 1}`),
    })),
    /a round is of this life/,
  ],
  [
    'a round that is not new',
    (lines) => {
      const [, line] = lines.filter(({ event }) => event === 'read begun');
      if (line !== undefined)
        Object.assign(line, { round: `${line.incarnation}.0`, asked: `${line.incarnation}.0` });
      return line !== undefined;
    },
    /the numbers of rounds grow/,
  ],
  [
    'a read hears who has not answered',
    (lines, actor, all) => {
      const read = lines.find((line) => line.event === 'read finished' && line.status === 200);
      if (read === undefined) return false;
      for (const its of all.values()) {
        if (its === lines) continue;
        for (const [place, { event, to }] of [...its.entries()].reverse()) {
          if (event === 'read answered' && to === actor) its.splice(place, 1);
        }
      }
      return true;
    },
    /who was heard has answered/,
  ],
  ['an increment is not answered', drop('answered', is200), /every increment is answered/],
  [
    'less is answered than was asked',
    change('answered', is200, ({ batch }) => ({ batch: amountPlus(batch, -1n) })),
    /every increment is answered/,
  ],
  [
    '200 for a batch that is over',
    change(
      'answered',
      (line) => is200(line) && !text(line.batch).includes('.1+'),
      ({ batch }) => ({ batch: plus(batch, -1) }),
    ),
    /what is answered is in the batch under way/,
  ],
  [
    'less is on record than is answered',
    change(
      'writing',
      ({ open, sealed }) => typeof (open ?? sealed) === 'string',
      ({ open, sealed }) =>
        open === null ? { sealed: amountPlus(sealed, -1n) } : { open: amountPlus(open, -1n) },
    ),
    /on record|a record has all that is answered/,
  ],
  [
    'a batch that its proposer was not sent',
    (_lines, _actor, all) => {
      const places = [...all.values()].flatMap((its) =>
        [...its.entries()].filter(([, { event }]) => event === 'submit').map(([place]) => ({ its, place })),
      );
      for (const { its, place } of places.reverse()) its.splice(place, 1);
      return places.length > 0;
    },
    /a batch was sent to its proposer/,
  ],
  [
    '200 of which its actor was not told',
    (lines, actor, all) => {
      const index = lines.findIndex(is200);
      const number = text(lines[index]?.batch).replace(/\+.*/, '');
      const sealed = lines.findIndex(({ batch }) => text(batch).startsWith(`${number}+`));
      if (index < 0 || lines.slice(sealed, index).some(({ event }) => event === 'marked')) return false;
      for (const its of all.values()) {
        const told = its.findIndex(
          ({ event, to, batch }) => event === 'counted' && to === actor && batch === number,
        );
        if (told >= 0) its.splice(told, 1);
      }
      return true;
    },
    /who answers 200 was told/,
  ],
  ['200 of a slot to come', change('answered', is200, () => ({ slot: 99_999 })), /the slot is chosen/],
  [
    'more reads than are told',
    change('read begun', any, ({ reads }) => ({ reads: Number(reads) + 1 })),
    /all reads of a round are told/,
  ],
  [
    'who did not ask is told of an accept that it rode on',
    change('carried', any, ({ round }) => ({ round: plus(round, 99_999) })),
    /what is answered was asked/,
  ],
  ['a life begins anew as it was', repeat('started', any, () => ({})), /it begins anew with other actors/],
];
