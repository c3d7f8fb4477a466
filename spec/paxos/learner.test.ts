import test from 'ava';
import { Learner } from '../../src/paxos/learner.ts';
import { vote } from './notes.ts';

const chosen = vote('2.b/3 a1 b1');
const id = { ballot: chosen.ballot, slot: chosen.slot };

test('who holds that very vote marks it', (t) => {
  const learner = new Learner(vote('1.a/1 a1'));
  t.is(learner.notice(id, chosen), 'marked');
  t.is(learner.mark, chosen);
});

for (const own of ['2.b/2 a1', '2.b/4 a1 b1 c1', '1.a/3 a1 b1', '3.a/3 c1', '2.c/3 c1']) {
  test(`who holds ${own} and hears that 2.b/3 is chosen has to fetch it: as high is not the same`, (t) => {
    const learner = new Learner(vote('1.a/1 a1'));
    t.is(learner.notice(id, vote(own)), 'missing');
    t.deepEqual(learner.mark, vote('1.a/1 a1'));
  });
}

test('who holds no vote has to fetch it (a notice may overtake its accept)', (t) => {
  const learner = new Learner<unknown>(null);
  t.is(learner.notice(id, null), 'missing');
  t.is(learner.mark, null);
});

for (const mark of ['2.b/3 a1 b1', '2.b/4 a1 b1 c1', '3.a/1 a1 b1']) {
  test(`with the mark ${mark}, the notice of 2.b/3 is nothing new, and the mark never goes down`, (t) => {
    const learner = new Learner(vote(mark));
    t.is(learner.notice(id, chosen), 'known');
    t.false(learner.learn(chosen));
    t.true(learner.knows(id));
    t.deepEqual(learner.mark, vote(mark));
  });
}

for (const mark of [null, '2.b/2 a1', '2.a/9 a1', '1.c/9 a1']) {
  test(`with the mark ${mark}, a state that is told to be chosen in 2.b/3 is learned`, (t) => {
    const learner = new Learner(mark === null ? null : vote(mark));
    t.false(learner.knows(id));
    t.true(learner.learn(chosen));
    t.is(learner.mark, chosen);
  });
}
