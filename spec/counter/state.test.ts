import test from 'ava';
import fc from 'fast-check';
import { counterMachine } from '../../src/counter/machine.ts';
import {
  apply,
  type Batch,
  type CounterState,
  compareNumbers,
  counts,
  Origins,
  zero,
} from '../../src/counter/state.ts';
import { holds } from '../paxos/properties.ts';

const ORIGINS = ['10.0.0.1', '10.0.0.1:7778', '10.0.0.2'];

const amounts = fc.oneof(
  fc.bigInt({ min: -5n, max: 5n }),
  fc.bigInt({ min: -(10n ** 1_000n) + 1n, max: 10n ** 1_000n - 1n }),
);
const numbers = fc.record({ incarnation: fc.integer({ min: 1, max: 3 }), sequence: fc.nat(4) });
const batches: fc.Arbitrary<Batch> = fc.record({
  origin: fc.constantFrom(...ORIGINS),
  number: numbers,
  amount: amounts,
});

/** What an origin sends has one content under one number. */
const nameOf = ({ origin, number }: Batch) => `${origin} ${number.incarnation}.${number.sequence}`;
const distinct = (all: readonly Batch[]) => [...new Map(all.map((batch) => [nameOf(batch), batch])).values()];

const replay = (all: readonly Batch[]) => all.reduce(apply, zero);
const sum = (all: readonly Batch[]) => all.reduce((total, { amount }) => total + amount, 0n);
const isInOrder = (a: Batch, b: Batch) => a.origin !== b.origin || compareNumbers(a.number, b.number) < 0;

/** Batches whose numbers grow at each origin, in some interleaving of the origins. */
const inOrder = fc
  .tuple(fc.uniqueArray(batches, { selector: nameOf }), fc.infiniteStream(fc.nat()))
  .map(([all, dice]) => {
    const left = ORIGINS.map((origin) =>
      all.filter((batch) => batch.origin === origin).sort((a, b) => compareNumbers(a.number, b.number)),
    );
    return all.map(() => {
      const others = left.filter(({ length }) => length > 0);
      const batch = others[(dice.next().value ?? 0) % others.length]?.shift();
      if (batch === undefined) throw new RangeError('there are as many batches left as there were');
      return batch;
    });
  });

test('when numbers arrive in order at each origin, the total is the sum of all batches', (t) => {
  holds(
    fc.property(inOrder, (all) => {
      t.is(replay(all).total, sum(all));
      for (const { origin, number } of all) t.true(counts(replay(all), origin, number));
    }),
  );
});

test('a batch counts at most once, whatever is doubled, reordered or replayed', (t) => {
  holds(
    fc.property(fc.array(batches, { maxLength: 30 }), (sent) => {
      const all = distinct(sent);
      const named = new Map(all.map((batch) => [nameOf(batch), batch]));
      const arriving = sent.flatMap((batch) => named.get(nameOf(batch)) ?? []);
      const taken: Batch[] = [];
      let state: CounterState = zero;
      for (const batch of arriving) {
        const next = apply(state, batch);
        if (next !== state) taken.push(batch);
        state = next;
      }
      t.deepEqual(taken, distinct(taken), 'none twice');
      t.is(state.total, sum(taken), 'and nothing else');
      t.true(taken.every((batch, i) => taken.slice(i + 1).every((later) => isInOrder(batch, later))));
    }),
  );
});

test('what is counted stays counted: applied again, in any order, it leaves the state as it is', (t) => {
  holds(
    fc.property(inOrder, fc.infiniteStream(fc.nat()), (all, dice) => {
      const state = replay(all);
      for (let i = 0; i < all.length; i += 1) {
        const batch = all[(dice.next().value ?? 0) % all.length];
        if (batch !== undefined) t.is(apply(state, batch), state);
      }
    }),
  );
});

test('an older number of the origin never counts, though it was never counted itself', (t) => {
  const newer: Batch = { origin: 'a', number: { incarnation: 2, sequence: 1 }, amount: 3n };
  const state = apply(zero, newer);
  for (const number of [
    { incarnation: 1, sequence: 9 },
    { incarnation: 2, sequence: 0 },
  ]) {
    t.is(apply(state, { origin: 'a', number, amount: 5n }), state);
  }
  t.is(apply(state, { origin: 'b', number: { incarnation: 1, sequence: 1 }, amount: 5n }).total, 8n);
});

test('the origin’s entry is the counter’s value right after its batch', (t) => {
  const state = replay([
    { origin: 'a', number: { incarnation: 1, sequence: 1 }, amount: 3n },
    { origin: 'b', number: { incarnation: 1, sequence: 1 }, amount: 10n },
  ]);
  t.is(state.origins.get('a')?.total, 3n);
  t.is(state.origins.get('b')?.total, 13n);
});

test('a batch of nothing counts too: its origin waits to be told', (t) => {
  const batch: Batch = { origin: 'a', number: { incarnation: 1, sequence: 1 }, amount: 0n };
  t.true(counts(apply(zero, batch), 'a', batch.number));
  t.not(apply(zero, batch), zero);
});

test('all arithmetic is exact at 1,000 digits and beyond', (t) => {
  const digits = 10n ** 1_000n - 1n;
  const all = Array.from({ length: 12 }, (_, i) => ({
    origin: 'a',
    number: { incarnation: 1, sequence: i + 1 },
    amount: digits,
  }));
  t.is(replay(all).total.toString(), `11${'9'.repeat(998)}88`);
  const back = { origin: 'a', number: { incarnation: 2, sequence: 1 }, amount: -12n * digits };
  t.is(apply(replay(all), back).total, 0n);
});

test('apply changes no state that somebody holds', (t) => {
  const first = apply(zero, { origin: 'a', number: { incarnation: 1, sequence: 1 }, amount: 3n });
  apply(first, { origin: 'a', number: { incarnation: 1, sequence: 2 }, amount: 4n });
  apply(first, { origin: 'b', number: { incarnation: 1, sequence: 1 }, amount: 4n });
  t.is(first.total, 3n);
  t.deepEqual([...first.origins], [['a', { number: { incarnation: 1, sequence: 1 }, total: 3n }]]);
  t.deepEqual(zero, { total: 0n, origins: new Origins() });
});

test('numbers are ordered by incarnation, then sequence', (t) => {
  holds(
    fc.property(numbers, numbers, (a, b) => {
      const expected =
        a.incarnation === b.incarnation ? a.sequence - b.sequence : a.incarnation - b.incarnation;
      t.is(Math.sign(compareNumbers(a, b)), Math.sign(expected));
    }),
  );
});

test('the outcome of a batch is known as long as it is the last of its origin', (t) => {
  const first: Batch = { origin: 'a', number: { incarnation: 1, sequence: 1 }, amount: 3n };
  const second: Batch = { origin: 'a', number: { incarnation: 1, sequence: 2 }, amount: 4n };
  t.is(counterMachine.outcome(zero, first), null);
  t.deepEqual(counterMachine.outcome(replay([first]), first), { number: first.number, total: 3n });
  t.is(counterMachine.outcome(replay([first, second]), first), null);
});

test('a state covers a watermark if it counts that number of that actor, or a later one', (t) => {
  const state = replay([{ origin: 'a', number: { incarnation: 2, sequence: 2 }, amount: 3n }]);
  t.true(counterMachine.covers(state, 'a', { incarnation: 2, sequence: 2 }));
  t.true(counterMachine.covers(state, 'a', { incarnation: 1, sequence: 9 }));
  t.false(counterMachine.covers(state, 'a', { incarnation: 2, sequence: 3 }));
  t.false(counterMachine.covers(state, 'b', { incarnation: 1, sequence: 1 }));
});
