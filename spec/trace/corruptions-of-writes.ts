import { type Case, change, changeAfter, type Event, type Forged, roundBy } from './forgery.ts';

/** What is handed to the store, and what is told of it. */
export const ofWrites: readonly Case[] = [
  [
    'a promise that is written goes down',
    changeAfter(
      'writing',
      (line) => line.promise != null,
      () => ({ promise: null }),
    ),
    /a promise is kept/,
  ],
  [
    'a round that is not above the promise',
    (lines) => {
      const line = lines.find((one, place) => {
        const before = lines.slice(0, place).filter(({ counter }) => counter === one.counter);
        const has = (event: Event) => before.some((earlier) => earlier.event === event);
        return one.event === 'prepare' && has('promise') && !has('prepare');
      });
      if (line !== undefined) Object.assign(line, { ballot: roundBy(line.ballot, -100) });
      return line !== undefined;
    },
    /a round is above every ballot seen/,
  ],
  [
    'a vote is taken away',
    changeAfter(
      'writing',
      (line) => line.vote != null,
      () => ({ vote: null }),
    ),
    /a vote is replaced by a higher one only/,
  ],
  [
    'a mark that is written goes down',
    changeAfter(
      'writing',
      (line) => line.mark != null,
      () => ({ mark: null }),
    ),
    /a mark never goes down/,
  ],
  [
    'a mark is written before it is chosen',
    change(
      'writing',
      (line) => line.vote != null && line.mark === null,
      ({ vote }) => ({ mark: vote }),
    ),
    /the vote is chosen/,
  ],
  [
    'a record is dropped before it is counted',
    (lines) => {
      const writing = lines.findIndex(
        (line) => line.event === 'writing' && (line.sealed != null || line.open != null),
      );
      const flushed = lines.findIndex((line, place) => place > writing && line.event === 'flushed');
      const line = lines[flushed];
      if (writing < 0 || line === undefined) return false;
      lines.splice(flushed + 1, 0, {
        ...line,
        event: 'writing',
        sealed: null,
        open: null,
      } as unknown as Forged);
      return true;
    },
    /202 records stay until they are counted/,
  ],
  [
    '202 without a record',
    (lines) => {
      const index = lines.findIndex((line) => line.event === 'sealed');
      const line = lines[index];
      if (line === undefined) return false;
      lines.splice(index + 1, 0, { ...line, event: 'answered', status: 202 } as unknown as Forged);
      return true;
    },
    /what is answered 202 is on record/,
  ],
  [
    'what is read back is not what was flushed',
    (lines) => {
      const line = lines.find(
        ({ event, incarnation, ...rest }) => event === 'loaded' && incarnation > 1 && rest.vote !== null,
      );
      if (line !== undefined) Object.assign(line, { vote: null });
      return line !== undefined;
    },
    /what was flushed is read back/,
  ],
];
