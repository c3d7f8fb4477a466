import test from 'ava';
import { MAX_WAITING } from '../../src/limits.ts';
import { Requests } from '../../src/runtime/requests.ts';

const UNKNOWN = { type: 'overloaded' } as const;

test('each is told its own answer once, however many come and go while one waits', (t) => {
  const requests = new Requests();
  const told: number[] = [];
  const first = requests.add(() => told.push(0));
  const others = Array.from({ length: 1_000 }, (_, index) => {
    const request = requests.add(() => told.push(index + 1));
    requests.answer(request, UNKNOWN);
    return request;
  });
  t.is(new Set([first, ...others]).size, 1_001, 'no number is given twice');
  t.deepEqual(told, [], 'not before the end of the turn');
  requests.deliver();
  for (let count = 0; count < 20; count += 1) requests.add(() => told.push(-1));
  for (const request of others) requests.answer(request, UNKNOWN);
  requests.answer(first, UNKNOWN);
  requests.deliver();
  requests.deliver();
  t.deepEqual(told, [...others.map((_, index) => index + 1), 0]);
});

test('as many wait as are allowed, each is told its own answer', (t) => {
  const requests = new Requests();
  const told: number[] = [];
  const numbers: number[] = [];
  t.false(requests.areMany);
  for (let index = 0; index < MAX_WAITING; index += 1) {
    t.false(requests.isFull);
    numbers.push(requests.add(() => told.push(index)));
  }
  t.true(requests.isFull);
  t.true(requests.areMany);
  const order = [...numbers.keys()].sort((a, b) => (a % 7) - (b % 7));
  for (const index of order) requests.answer(numbers[index] ?? 0, UNKNOWN);
  requests.deliver();
  t.deepEqual(told, order);
  t.false(requests.isFull);
  t.false(requests.areMany);
});

test('whoever waits is told of a failure, and nothing after it', (t) => {
  const requests = new Requests();
  const told: string[] = [];
  const numbers = ['a', 'b', 'c'].map((name) => requests.add(({ type }) => told.push(`${name} ${type}`)));
  requests.answer(numbers[1] ?? 0, UNKNOWN);
  requests.interrupt(new Error('the disk is full'));
  t.deepEqual(told.sort(), ['a interrupted', 'b overloaded', 'c interrupted']);
  for (const number of numbers) requests.answer(number, UNKNOWN);
  requests.deliver();
  t.is(told.length, 3);
});
