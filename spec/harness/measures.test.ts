import test from 'ava';
import { begin, type Operation } from '../history/operation.ts';
import { availability } from './measures.ts';

const phase = { name: 'cut', start: 100, end: 200, sides: [{ name: 'minority', actors: ['1.1.1.1'] }] };

function counted(start: number, end: number, actor = '1.1.1.1'): Operation {
  const operation = begin({ kind: 'increment', actor, counter: 'c', amount: 1n, start });
  return Object.assign(operation, { end, outcome: 'counted' as const });
}

function outcomesOf(...operations: Operation[]): Readonly<Record<string, number>> | undefined {
  return availability(operations, phase)[0]?.outcomes;
}

test('what began before a cut, and was answered in it, is no outcome of the cut', (t) => {
  t.deepEqual(outcomesOf(counted(99, 101)), {});
  t.deepEqual(outcomesOf(counted(101, 102)), { counted: 1 });
});

test('neither is what was answered after it, nor what another side was answered', (t) => {
  t.deepEqual(outcomesOf(counted(199, 200), counted(101, 102, '2.2.2.2')), {});
});

test('a gap reaches from the start of a phase over each success to its end, whenever the operations began', (t) => {
  t.is(availability([counted(90, 130), counted(131, 140)], phase)[0]?.gap.counted, 60);
});
