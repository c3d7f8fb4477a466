import test from 'ava';
import { breakdowns, type Exchange, type TimedEvent, typical } from '../../bench/load/breakdown.ts';

const at = (
  time: number,
  actor: string,
  event: TimedEvent['event'],
  rest: Partial<TimedEvent> = {},
): TimedEvent => ({
  time,
  actor,
  event,
  ...rest,
});
const breakdownOf = (events: readonly TimedEvent[], exchange: Exchange) => breakdowns(events, [exchange])[0];
const vote = '1.a/7#digest';

/** b is asked; a holds the counter; b's vote completes the majority. */
const passedOn = [
  at(11, 'b', 'sealed'),
  at(12, 'a', 'accept', { vote }),
  at(12.1, 'a', 'writing', { vote }),
  at(12.5, 'c', 'accepted', { vote: '1.a/6' }),
  at(13, 'b', 'writing', { vote }),
  at(15, 'a', 'accepted', { vote }),
  at(16, 'b', 'accepted', { vote: '1.a/7' }),
  at(16.5, 'a', 'chosen', { vote, accepted: ['a', 'b'] }),
  at(18, 'c', 'accepted', { vote }),
];

test('the way goes through the voter that completed the majority', (t) => {
  t.deepEqual(breakdownOf(passedOn, { sent: 10, answered: 17 }), {
    queue: 1,
    // To the holder, to b, and back.
    network: 1 + 1 + 0.5,
    flush: 3,
    answer: 0.5,
    quorum: 1,
  });
});

test('at the holder, too, though its own vote was there first', (t) => {
  const own = [
    at(11, 'a', 'sealed'),
    at(11, 'a', 'accept', { vote }),
    at(11.5, 'a', 'writing', { vote }),
    at(12.25, 'b', 'writing', { vote }),
    at(13, 'a', 'accepted', { vote }),
    at(14.25, 'b', 'accepted', { vote }),
    at(15, 'a', 'chosen', { vote, accepted: ['a', 'b'] }),
  ];
  t.deepEqual(breakdownOf(own, { sent: 10, answered: 16 }), {
    queue: 1,
    network: 1.25 + 0.75,
    flush: 2,
    answer: 1,
    quorum: 1.25,
  });
});

test('the voter whose vote the holder heard of last completed the majority, though its own was made later', (t) => {
  const own = [
    at(11, 'a', 'sealed'),
    at(11, 'a', 'accept', { vote }),
    at(11.5, 'a', 'writing', { vote }),
    at(12.25, 'b', 'writing', { vote }),
    at(14.25, 'b', 'accepted', { vote }),
    at(14.5, 'a', 'accepted', { vote }),
    at(15, 'a', 'chosen', { vote, accepted: ['a', 'b'] }),
  ];
  t.like(breakdownOf(own, { sent: 10, answered: 16 }), { network: 1.25 + 0.75, flush: 2 });
});

test('there is no network on the way if the own vote was the last', (t) => {
  const own = [
    at(11, 'a', 'sealed'),
    at(11, 'a', 'accept', { vote }),
    at(11.5, 'a', 'writing', { vote }),
    at(12, 'b', 'writing', { vote }),
    at(13, 'b', 'accepted', { vote }),
    at(14, 'a', 'accepted', { vote }),
    at(14, 'a', 'chosen', { vote, accepted: ['b', 'a'] }),
  ];
  t.deepEqual(breakdownOf(own, { sent: 10, answered: 15 }), {
    queue: 1.5,
    network: 0,
    flush: 2.5,
    answer: 1,
    quorum: 1,
  });
});

test('the parts add up to the whole, also on average', (t) => {
  const one = breakdownOf(passedOn, { sent: 10, answered: 17 });
  if (one === null || one === undefined) return t.fail();
  const slow = { ...one, flush: 100 };
  const { queue, network, flush, answer } = typical([one, one, one, slow]);
  t.is(queue + network + flush + answer, 7);
});

test('each increment has the events that came while it was under way', (t) => {
  const later = passedOn.map((one) => ({ ...one, time: one.time + 10 }));
  const all = breakdowns(
    [...passedOn, ...later],
    [
      { sent: 10, answered: 17 },
      { sent: 19.5, answered: 27 },
      { sent: 30, answered: 31 },
    ],
  );
  t.deepEqual(
    all.map((one) => one?.queue ?? null),
    [1, 1.5, null],
  );
});

test('nothing is told of an increment whose events are missing', (t) => {
  for (const missing of ['sealed', 'accept', 'chosen']) {
    const events = passedOn.filter(({ event }) => event !== missing);
    t.is(breakdownOf(events, { sent: 10, answered: 17 }), null, missing);
  }
});
