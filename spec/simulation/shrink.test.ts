import test from 'ava';
import { drawPlan, type Plan } from './plan.ts';
import { shrink, transcribe } from './shrink.ts';

/** Breaks if actor-1 crashes, and later there is a read of what is left of the counters. */
function broken({ steps }: Plan): string | null {
  const crash = steps.find((step) => step.kind === 'crash');
  const isRead = crash !== undefined && steps.some(({ kind, at }) => kind === 'read' && at > crash.at);
  return isRead ? 'fragile' : null;
}

function failing(): Plan {
  for (let seed = 1; ; seed += 1) {
    const plan = drawPlan(seed);
    if (broken(plan) !== null && plan.steps.length > 100) return plan;
  }
}

test('a failing run is shrunk to what makes it fail', (t) => {
  const { plan, tries } = shrink(failing(), 'fragile', broken);
  t.deepEqual(
    plan.steps.map(({ kind }) => kind),
    ['crash', 'read'],
  );
  t.deepEqual(Object.values(plan.climate).slice(0, 2), [0, 0]);
  t.true(tries < 1_000);
});

test('a run that breaks something else is no shorter run', (t) => {
  const plan = failing();
  t.is(shrink(plan, 'another', broken).plan, plan);
});

test('a transcript tells what was done and what came of it, with the messages if asked for', (t) => {
  const plan = {
    ...failing(),
    steps: [{ kind: 'read', at: 5_000, actor: 'actor-1', counter: 'counter-1', all: false }],
  } as const;
  const transcript = transcribe(plan, false);
  t.regex(transcript, /# 5000 ms: read actor-1, counter-1/);
  t.regex(transcript, /read of counter-1 at actor-1 from 5000 to .* ms: read = 0o0/);
  t.notRegex(transcript, /ask/);
  t.regex(transcribe(plan, true), / <- actor-1: counter-1: ask/);
});
