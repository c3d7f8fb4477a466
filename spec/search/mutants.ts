/** Ways to break the protocol, each of one place, and the smallest world that shows it. */
import { type Configuration, configuration } from './configuration.ts';
import { increment, LEFT_BEHIND, read } from './scenes.ts';
import type { Change } from './shipped.ts';

export interface Mutant {
  readonly name: string;
  readonly change: Change;
  readonly configuration: Configuration;
  /** What the search has to find. */
  readonly broken: RegExp;
  /** Of the shortest counterexample. */
  readonly length: number;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a majority of one',
    change: { file: 'paxos/quorum.ts', from: 'return Math.floor(actors / 2) + 1;', to: 'return 1;' },
    configuration: configuration('duel', { operations: [increment('a'), increment('b')] }),
    broken: /is in no chosen state/,
    length: 3,
  },
  {
    name: 'the base is the lowest vote promised',
    change: {
      file: 'paxos/proposer.ts',
      from: 'const base = highestVote(',
      to: 'const base = ((votes: (VoteOf<T> | null)[]) => votes.toSorted(compareVotes)[0] ?? null)(',
    },
    configuration: configuration('duel', { operations: [increment('a'), increment('b')], before: 0 }),
    broken: /chosen above the base/,
    length: 14,
  },
  {
    name: 'a read takes a mark that is at least as high',
    change: {
      file: 'paxos/reader.ts',
      from: 'const known = heard.some(({ mark }) => isHighest(mark));',
      to: 'const known = heard.some(({ mark }) => compareVotes(mark, highest) >= 0);',
    },
    configuration: configuration('late mark', {
      operations: [increment('a'), increment('b'), read('a')],
      script: [
        ...LEFT_BEHIND,
        'a client reads at a',
        'a client increments at b by 0o10',
        "b's flush is done",
      ],
      alarms: { a: 1 },
      lost: [
        'nack',
        'counted',
        'carry',
        'push',
        'prepare b>c',
        'accept b>c',
        'prepare a>b',
        'accept a>b',
        'ask a>b',
      ],
    }),
    broken: /is marked, and was not chosen/,
    length: 13,
  },
  {
    name: 'a read takes votes that are at least as high as one of them',
    change: {
      file: 'paxos/reader.ts',
      from: '  const highest = highestVote(heard.map(({ vote }) => vote));',
      to: "  const votes = heard.map(({ vote }) => vote).toSorted(compareVotes);\n  const highest = votes[votes.length - majority(actors)] ?? null;\n  if (highest !== null) return { type: 'chosen', vote: highest };",
    },
    configuration: configuration('two votes', {
      operations: [increment('a'), increment('b'), read('c')],
      script: LEFT_BEHIND,
    }),
    broken: /never chosen/,
    length: 11,
  },
  {
    name: 'a read takes votes whose slots are as high',
    change: {
      file: 'paxos/reader.ts',
      from: 'const isHighest = (vote: VoteId | null) => compareVotes(vote, highest) === 0;',
      to: 'const isHighest = (vote: VoteId | null) => vote !== null && vote.slot >= highest.slot;',
    },
    configuration: configuration('two votes', {
      operations: [increment('a'), increment('b'), read('c')],
      script: LEFT_BEHIND,
    }),
    broken: /never chosen/,
    length: 11,
  },
  {
    name: "a recorded batch is settled by the proposer's word",
    change: {
      file: 'counter/origin.ts',
      from: '    if (batch.isRecorded && !isMarked) return replies;\n',
      to: '',
    },
    configuration: configuration('records', {
      operations: [increment('a'), increment('b'), read('c', 1)],
      before: 1,
      setting: { commitTimeout: 5 },
      alarms: { b: 1, c: 1 },
    }),
    broken: /misses increment/,
    length: 13,
  },
  {
    name: 'a proposer counts promises of others before its own is durable',
    change: {
      file: 'paxos/proposer.ts',
      from: "return [send(self, { type: 'prepare', ballot })];",
      to: "return this.#surroundings.actors.map((actor) => send(actor, { type: 'prepare', ballot } as const));",
    },
    configuration: configuration('crash', {
      operations: [increment('a'), increment('a')],
      crashes: { at: ['a'], most: 1 },
    }),
    broken: /carries two different states/,
    length: 12,
  },
  {
    name: 'a promise leaves before it is durable',
    change: { file: 'paxos/effects.ts', from: "promise: 'after the flush',", to: "promise: 'at once'," },
    configuration: configuration('one increment', { operations: [increment('a')] }),
    broken: /promise leaves before/,
    length: 1,
  },
  {
    name: 'a vote is told of before it is durable',
    change: { file: 'paxos/effects.ts', from: "accepted: 'after the flush',", to: "accepted: 'at once'," },
    configuration: configuration('one increment', { operations: [increment('a')] }),
    broken: /accepted leaves before/,
    length: 5,
  },
  {
    name: 'a notice marks whatever vote is as high',
    change: {
      file: 'paxos/learner.ts',
      from: 'compareVotes(own, id) !== 0',
      to: 'compareVotes(own, id) < 0',
    },
    configuration: configuration('a notice and the vote of another ballot', {
      operations: [increment('a'), increment('b')],
      script: LEFT_BEHIND,
      alarms: { a: 1 },
    }),
    broken: /in no chosen state/,
    length: 7,
  },
];
