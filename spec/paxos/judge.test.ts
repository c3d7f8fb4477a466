import test from 'ava';
import { judge } from '../../src/paxos/reader.ts';
import { vote } from './notes.ts';
import { answer, type Told } from './reading.ts';

interface Case {
  readonly title: string;
  readonly of: number;
  readonly answers: readonly Told[];
  readonly verdict: 'chosen' | 'open';
  readonly vote: string | null;
}

const CASES: readonly Case[] = [
  {
    title: 'no vote at all: nothing was chosen',
    of: 3,
    answers: [{ promised: '4.c' }, {}],
    verdict: 'chosen',
    vote: null,
  },
  {
    title: 'a majority of the actors answered with exactly the highest vote',
    of: 3,
    answers: [{ vote: '1.a/2 a1' }, { vote: '1.a/2 a1' }],
    verdict: 'chosen',
    vote: '1.a/2 a1',
  },
  {
    title: 'some answer’s mark equals the highest vote',
    of: 5,
    answers: [{ vote: '1.a/2 a1' }, { vote: '1.a/1', mark: '1.a/2 a1' }, {}],
    verdict: 'chosen',
    vote: '1.a/2 a1',
  },
  {
    title: 'a majority of the answers is not one of the actors',
    of: 5,
    answers: [{ vote: '1.a/2 a1' }, { vote: '1.a/2 a1' }, {}],
    verdict: 'open',
    vote: '1.a/2 a1',
  },
  {
    title: '"at least m" is not enough: what is above a vote need not have that vote in it',
    of: 3,
    answers: [{ vote: '1.a/1 a1' }, { vote: '2.b/1 b1' }, { vote: '1.a/1 a1' }],
    verdict: 'open',
    vote: '2.b/1 b1',
  },
  {
    title: 'the same slot of another ballot is another vote',
    of: 3,
    answers: [{ vote: '1.a/2 a1' }, { vote: '2.b/2 b1' }],
    verdict: 'open',
    vote: '2.b/2 b1',
  },
  {
    title: 'a mark at least as high is not enough: it is the mark of another vote',
    of: 5,
    answers: [{ vote: '1.a/1 a1', mark: '2.b/1 b1' }, { vote: '1.a/1 a1' }, {}],
    verdict: 'open',
    vote: '1.a/1 a1',
  },
  {
    title: 'a mark in the same ballot but a higher slot is of another vote too',
    of: 5,
    answers: [{ vote: '1.a/1 a1', mark: '1.a/2 a1 b1' }, { vote: '1.a/1 a1' }, {}],
    verdict: 'open',
    vote: '1.a/1 a1',
  },
  {
    title: 'a lower mark tells nothing of the highest vote',
    of: 3,
    answers: [
      { vote: '1.a/2 a1', mark: '1.a/1' },
      { vote: '1.a/1', mark: '1.a/1' },
    ],
    verdict: 'open',
    vote: '1.a/2 a1',
  },
  {
    title:
      'a minority answered with a higher vote: the lower one of the majority may be chosen, but is not the answer',
    of: 5,
    answers: [
      { vote: '1.a/1 a1', mark: '1.a/1 a1' },
      { vote: '1.a/1 a1', mark: '1.a/1 a1' },
      { vote: '1.a/1 a1', mark: '1.a/1 a1' },
      { vote: '1.a/2 a1 b1' },
    ],
    verdict: 'open',
    vote: '1.a/2 a1 b1',
  },
];

for (const { title, of, answers, verdict, vote: highest } of CASES) {
  test(`${title}: ${verdict}`, (t) => {
    for (const heard of [answers, answers.toReversed()]) {
      const judged = judge(heard.map(answer), of);
      t.is(judged.type, verdict);
      t.deepEqual(judged.vote, highest === null ? null : vote(highest));
    }
  });
}
