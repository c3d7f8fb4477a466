/** What is searched: each stresses one thing, and has its number of distinct states. */
import { type Configuration, configuration } from './configuration.ts';
import { increment, LEFT_BEHIND, read } from './scenes.ts';

export interface Searched {
  readonly configuration: Configuration;
  /** Distinct states, from the first to the deepest that is searched. */
  readonly states: number;
  /** What happens on the longest of the shortest ways to them. */
  readonly depth: number;
}

export const SEARCHED: readonly Searched[] = [
  {
    configuration: configuration('one increment, and a crash of anybody', {
      operations: [increment('a')],
      crashes: { at: ['a', 'b', 'c'], most: 1 },
      isLazy: true,
    }),
    states: 26_369,
    depth: 23,
  },
  {
    configuration: configuration('two proposers duel', {
      operations: [increment('a'), increment('b')],
      lost: ['chosen', 'fetch'],
    }),
    states: 63_232,
    depth: 32,
  },
  {
    configuration: configuration('two proposers duel, and lose patience', {
      operations: [increment('a'), increment('b')],
      alarms: { a: 1, b: 1 },
      depth: 14,
    }),
    states: 131_281,
    depth: 14,
  },
  {
    configuration: configuration('the holder crashes', {
      operations: [increment('a'), increment('a'), increment('b')],
      before: 1,
      crashes: { at: ['a'], most: 1 },
      lost: ['chosen', 'fetch'],
    }),
    states: 41_754,
    depth: 25,
  },
  {
    configuration: configuration('an acceptor restarts between its promises and its votes', {
      operations: [increment('a'), increment('b')],
      crashes: { at: ['c'], most: 1 },
      lost: ['chosen', 'counted', 'fetch', 'nack'],
    }),
    states: 35_450,
    depth: 28,
  },
  {
    configuration: configuration('messages come twice', {
      operations: [increment('a'), increment('b')],
      before: 1,
      doubles: 2,
    }),
    states: 5_461,
    depth: 15,
  },
  {
    configuration: configuration('a read while another actor writes', {
      operations: [increment('a'), increment('b'), read('c')],
      before: 1,
    }),
    states: 10_327,
    depth: 19,
  },
  {
    configuration: configuration('a read and a vote that was left behind', {
      operations: [increment('a'), read('c')],
      script: LEFT_BEHIND,
      lost: ['chosen', 'fetch'],
    }),
    states: 1_538,
    depth: 13,
  },
  {
    configuration: configuration('a read that runs phase 1 for a vote that was left behind', {
      operations: [increment('a'), read('c')],
      script: LEFT_BEHIND,
      alarms: { c: 1 },
      lost: ['chosen', 'fetch'],
      depth: 21,
    }),
    states: 38_225,
    depth: 21,
  },
  {
    configuration: configuration('a read, and two votes of two ballots', {
      operations: [increment('a'), increment('b'), read('c')],
      script: LEFT_BEHIND,
      lost: ['chosen', 'fetch', 'carry', 'nack'],
      depth: 14,
    }),
    states: 97_694,
    depth: 14,
  },
  {
    configuration: configuration('a read after a 202', {
      operations: [increment('a'), increment('b'), read('c', 1)],
      before: 1,
      setting: { commitTimeout: 5 },
      alarms: { b: 1, c: 1 },
      lost: ['chosen', 'fetch', 'nack', 'push', 'carry'],
    }),
    states: 29_426,
    depth: 34,
  },
  {
    configuration: configuration('a 202, and a crash of its origin', {
      operations: [increment('a'), increment('b')],
      before: 1,
      setting: { commitTimeout: 5 },
      alarms: { b: 1 },
      crashes: { at: ['b'], most: 1 },
      isLazy: true,
    }),
    states: 17_335,
    depth: 21,
  },
  {
    configuration: configuration('a 202 and an open batch, and a crash of their origin', {
      operations: [increment('a'), increment('b'), increment('b')],
      before: 1,
      setting: { commitTimeout: 5 },
      alarms: { b: 1 },
      crashes: { at: ['b'], most: 1 },
      depth: 14,
    }),
    states: 67_744,
    depth: 14,
  },
  {
    configuration: configuration('an origin without a majority', {
      operations: [increment('a'), increment('b'), increment('b')],
      before: 1,
      suspicions: { at: ['b'], most: 3 },
      lost: ['chosen', 'fetch'],
      depth: 11,
    }),
    states: 101_597,
    depth: 11,
  },
  {
    configuration: configuration('an origin without a majority that refuses', {
      operations: [increment('a'), increment('b'), increment('b')],
      before: 1,
      setting: { minority: 'refuse' },
      suspicions: { at: ['b'], most: 3 },
      lost: ['chosen', 'fetch'],
      depth: 11,
    }),
    states: 54_165,
    depth: 11,
  },
  {
    configuration: configuration('increments are left to a candidate, which crashes', {
      setting: { candidate: 'c' },
      operations: [increment('a'), increment('b')],
      crashes: { at: ['c'], most: 1 },
      alarms: { a: 1 },
      lost: ['chosen', 'fetch', 'nack'],
      depth: 15,
    }),
    states: 71_647,
    depth: 15,
  },
  {
    configuration: configuration('a majority is asked, the third when it does not answer', {
      setting: { isThrifty: true },
      operations: [increment('a'), increment('c'), read('c')],
      before: 1,
      alarms: { a: 2 },
      crashes: { at: ['a'], most: 1 },
      lost: ['fetch', 'nack'],
      depth: 13,
    }),
    states: 65_420,
    depth: 13,
  },
];
