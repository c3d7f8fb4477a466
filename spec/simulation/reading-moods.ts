import type { SeededRandom } from '../history/random.ts';
import { COUNTER } from './moods.ts';
import { type Drawn, FAULTS_FOR } from './plan.ts';
import type { Step } from './steps.ts';
import { named } from './swarm.ts';

/**
 * A vote is left behind at an actor that was cut off; others choose without it, and it learns of that by catching up: it
 * tells a reader a mark far above its vote. The reader has heard the others from before, and is far from the holder.
 */
export function drawLeftBehind(random: SeededRandom): Drawn {
  const actors = named(5, 'actor');
  const [reader = '', next = '', near = '', ...others] = actors;
  const steps: Step[] = [];
  const far = { kind: 'slow link', at: 0, for: FAULTS_FOR } as const;
  const [left = '', other = ''] = others;
  const slow = random.pick([600, 1_500]);
  steps.push({ ...far, ways: [next, other].map((actor) => [actor, reader] as const), takes: slow });
  steps.push({ ...far, ways: [[left, reader]], takes: random.pick([20, 200]) });
  for (let at = random.between(100, 300); at < FAULTS_FOR; at += random.between(2_000, 2_800)) {
    const ways = actors.flatMap((actor) =>
      actor === left ? [] : [[left, actor] as const, [actor, left] as const],
    );
    const [cutAt, cutFor] = [at + 300, random.between(700, 1_000)];
    // The holder is away for a moment, so that the counter is the other's.
    steps.push({ kind: 'crash', at, for: 50, actors: [next] });
    steps.push({ kind: 'cut', at: cutAt, for: cutFor, ways });
    for (const time of [at + 1, cutAt - 1])
      steps.push({ kind: 'increment', at: time, actor: left, counter: COUNTER, again: null });
    const heals = cutAt + cutFor;
    const choosesAt = heals + random.between(-200, 50);
    steps.push({ kind: 'increment', at: choosesAt, actor: next, counter: COUNTER, again: null });
    for (let time = choosesAt - 50; time < heals + 600; time += random.between(5, 40)) {
      const actor = random.chance(0.5) ? reader : random.chance(0.8) ? near : left;
      steps.push({ kind: 'read', at: time, actor, counter: COUNTER, all: false });
    }
  }
  const climate = { loss: random.pick([0, 0.05]), duplication: 0, delay: random.pick([3, 10]), flush: 2 };
  return { actors, counters: [COUNTER], climate, steps, minority: 'refuse' };
}

/**
 * An actor comes back with a 202 on record. The holder counts it and says so; what it says is chosen is late. A reader far
 * from the holder has heard the others from before, and now hears that actor.
 */
export function drawComebacks(random: SeededRandom): Drawn {
  const actors = named(5, 'actor');
  const [reader = '', holder = '', near = '', other = '', origin = ''] = actors;
  const far = { kind: 'slow link', at: 0, for: FAULTS_FOR } as const;
  const slow = random.pick([600, 1_500]);
  const steps: Step[] = [
    { ...far, ways: [holder, other].map((actor) => [actor, reader] as const), takes: slow },
    { ...far, ways: [[holder, origin]], takes: random.pick([1, 100]) },
  ];
  for (let at = random.between(100, 300); at < FAULTS_FOR; at += random.between(2_000, 2_800)) {
    const ways = actors.flatMap((actor) =>
      actor === origin ? [] : [[origin, actor] as const, [actor, origin] as const],
    );
    const [cutAt, cutFor] = [at + 200, random.between(700, 900)];
    steps.push({ kind: 'increment', at, actor: holder, counter: COUNTER, again: null });
    steps.push({ kind: 'cut', at: cutAt, for: cutFor, ways });
    const heals = cutAt + cutFor;
    steps.push({ kind: 'increment', at: heals - 60, actor: origin, counter: COUNTER, again: null });
    for (let time = heals - 20; time < heals + 500; time += random.between(5, 30)) {
      const actor = random.chance(0.8) ? reader : near;
      steps.push({ kind: 'read', at: time, actor, counter: COUNTER, all: false });
    }
  }
  const climate = { loss: random.pick([0.2, 0.4]), duplication: 0, delay: random.pick([3, 10]), flush: 2 };
  return { actors, counters: [COUNTER], climate, steps, minority: 'accept' };
}

/** Readers that restart again and again, far away from actors that are near to each other: answers are late by a life. */
export function drawRestartedReaders(random: SeededRandom): Drawn {
  const actors = named(3, 'actor');
  const reader = random.pick(actors);
  const others = actors.filter((actor) => actor !== reader);
  const far = { at: 0, for: FAULTS_FOR, takes: random.pick([150, 300]) };
  const steps: Step[] = [
    { kind: 'slow link', ...far, ways: others.map((other) => [other, reader] as const) },
  ];
  for (let at = random.between(400, 800); at < FAULTS_FOR; at += random.between(150, 700)) {
    steps.push({ kind: 'crash', at, for: random.between(1, 30), actors: [reader] });
    for (let i = 0; i < 4; i += 1) {
      const time = at + random.between(0, 300);
      steps.push({ kind: 'read', at: time, actor: reader, counter: COUNTER, all: false });
    }
  }
  for (let at = random.next() * 100; at < FAULTS_FOR; at += random.next() * 100)
    steps.push({ kind: 'increment', at, actor: random.pick(others), counter: COUNTER, again: null });
  const climate = { loss: 0, duplication: 0, delay: 5, flush: 2 };
  return { actors, counters: [COUNTER], climate, steps, minority: 'accept' };
}

/**
 * An actor that catches up over slow links, and restarts between a question and its answer, which comes to a life that has forgotten
 * what the one before had learned. Somebody is away all the time, so that what changed is asked for every second.
 */
export function drawRestartedLearners(random: SeededRandom): Drawn {
  const actors = named(5, 'actor');
  const [learner = '', gone = '', ...others] = actors;
  const counters = named(8, 'counter');
  const far = { at: 0, for: FAULTS_FOR, takes: random.pick([100, 200, 400]) };
  const steps: Step[] = [
    { kind: 'slow link', ...far, ways: others.map((other) => [other, learner] as const) },
    { kind: 'crash', at: 0, for: FAULTS_FOR, actors: [gone] },
  ];
  for (let at = random.between(1_000, 2_500); at < FAULTS_FOR; at += random.between(1_000, 2_500)) {
    steps.push({ kind: 'crash', at, for: random.between(1, 30), actors: [learner] });
    // Who is linked anew asks, too, and what is asked is made durable first.
    const asksAt = at + random.between(0, 2 * far.takes);
    steps.push({ kind: 'crash', at: asksAt, for: 1, actors: [random.pick(others)] });
  }
  for (let at = random.between(0, 200); at < FAULTS_FOR; at += random.between(20, 400)) {
    const [actor, counter] = [random.pick(others), random.pick(counters)];
    steps.push({ kind: 'increment', at, actor, counter, again: null });
  }
  const climate = { loss: random.pick([0, 0.2, 0.4]), duplication: 0, delay: 5, flush: random.pick([2, 30]) };
  return { actors, counters, climate, steps, minority: 'accept' };
}
