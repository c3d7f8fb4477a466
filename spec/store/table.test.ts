import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { apply, type Environment, openEnvironment, takeOver } from '../../src/store/environment.ts';
import { temporaryDirectory } from './temporary.ts';

type Change = readonly [number, string | null];

async function place(t: ExecutionContext): Promise<() => Environment> {
  const directory = await temporaryDirectory(t);
  return () => openEnvironment(join(directory, 'data'), 'process');
}

/** Puts a change, or removes it. */
function change(environment: Environment, ...changes: Change[]): void {
  const { changes: table } = environment;
  const operations = changes.map(([key, counter]) =>
    counter === null ? table.remove(key) : table.put(key, counter),
  );
  apply(environment, operations);
}

const all = ({ changes }: Environment) => changes.entries({ after: null, limit: Infinity });

test('what was put and removed since the last takeover is not taken over', async (t) => {
  const environment = (await place(t))();
  await takeOver(environment, 1);
  change(environment, [1, 'a'], [2, 'b'], [1, null], [3, 'a']);
  t.deepEqual(all(environment), [
    [2, 'b'],
    [3, 'a'],
  ]);
  t.is(environment.changes.hand().length, 2);
  await environment.root.close();
});

test('what LMDB has, or is taking over, is removed there', async (t) => {
  const environment = (await place(t))();
  change(environment, [1, 'a'], [2, 'b']);
  await takeOver(environment, 1);
  change(environment, [1, null], [3, 'a'], [4, 'c']);
  const takingOver = takeOver(environment, 2);
  change(environment, [3, null], [5, 'a']);
  const left: Change[] = [
    [2, 'b'],
    [4, 'c'],
    [5, 'a'],
  ];
  t.deepEqual(all(environment), left);
  await takingOver;
  await takeOver(environment, 3);
  t.deepEqual(all(environment), left);
  await environment.root.close();
});

test('what a takeover that was cut off has left is removed when its journal is read again', async (t) => {
  const open = await place(t);
  const before = open();
  change(before, [1, 'a'], [2, 'b']);
  await takeOver(before, 1);
  await before.root.close();

  const environment = open();
  change(environment, [1, 'a'], [2, 'b'], [1, null], [3, 'a']);
  await takeOver(environment, 1);
  t.deepEqual(all(environment), [
    [2, 'b'],
    [3, 'a'],
  ]);
  await environment.root.close();
});

test('each transaction of a takeover has time of its own; one that takes too long ends it', async (t) => {
  const environment = (await place(t))();
  const many = Array.from({ length: 1_500 }, (_, index): Change => [index + 1, 'a']);
  change(environment, ...many);
  let transactions = 0;
  await takeOver(environment, 1, (transaction) => {
    transactions += 1;
    return transaction;
  });
  t.is(transactions, 4, 'three of records, one of how far it has come');
  change(environment, ...many);
  const late = takeOver(environment, 2, () => Promise.reject(new Error('too late')));
  await t.throwsAsync(late, { message: 'too late' });
  t.is(all(environment).length, 1_500, 'what is not taken over is read all the same');
  await environment.root.close();
});
