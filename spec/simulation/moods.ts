import type { SeededRandom } from '../history/random.ts';
import { type Drawn, FAULTS_FOR } from './plan.ts';
import type { Step } from './steps.ts';
import { drawAmbush, named } from './swarm.ts';

export const COUNTER = 'counter-1';

/**
 * An actor is cut off, answers 202, and comes back while the others read: its batch becomes chosen in the midst of read
 * rounds, of which one answer is from before and the other from after.
 */
export function drawRecoveries(random: SeededRandom): Drawn {
  const actors = named(3, 'actor');
  const steps: Step[] = [];
  for (let at = random.between(300, 600); at < FAULTS_FOR; at += random.between(1_000, 1_600)) {
    const origin = random.pick(actors);
    const others = actors.filter((actor) => actor !== origin);
    const lasts = random.between(300, 700);
    const ways = others.flatMap((other) => [[origin, other] as const, [other, origin] as const]);
    steps.push({ kind: 'cut', at, for: lasts, ways });
    for (let i = 0; i < 4; i += 1) {
      steps.push({
        kind: 'increment',
        at: at + random.between(0, lasts),
        actor: origin,
        counter: COUNTER,
        again: null,
      });
    }
    const heals = at + lasts;
    for (let i = 0; i < 25; i += 1) {
      const time = heals + random.between(-20, 500);
      const actor = random.chance(0.8) ? random.pick(others) : origin;
      steps.push({
        kind: random.chance(0.85) ? 'read' : 'value',
        at: time,
        actor,
        counter: COUNTER,
        all: false,
      });
    }
    for (let i = 0; i < 3; i += 1) {
      const time = heals + random.between(-100, 400);
      steps.push({ kind: 'increment', at: time, actor: random.pick(others), counter: COUNTER, again: null });
    }
  }
  const climate = {
    loss: random.pick([0, 0.1, 0.3]),
    duplication: 0,
    delay: random.pick([20, 60, 150]),
    flush: random.pick([1, 10]),
  };
  return { actors, counters: [COUNTER], climate, steps, minority: 'accept' };
}

/** Slow disks, a fast network, and crashes between what an actor says and what it has on its disk. */
export function drawSlowPromises(random: SeededRandom): Drawn {
  const actors = named(random.pick([3, 3, 4, 5]), 'actor');
  const steps: Step[] = [];
  for (const actor of actors) {
    if (random.chance(0.5))
      steps.push({ kind: 'slow disk', at: 0, for: FAULTS_FOR, actor, times: random.pick([5, 20]) });
  }
  for (let at = random.between(100, 400); at < FAULTS_FOR; at += random.between(100, 500)) {
    const actor = random.pick(actors);
    const moment = random.pick(['sends accept', 'sends prepare', 'sends promise', 'begins a flush'] as const);
    steps.push({ kind: 'ambush', at, for: random.pick([5, 30, 200]), actor, moment, with: 'crash' });
    for (let i = 0; i < 4; i += 1) {
      const time = at + random.between(0, 300);
      steps.push({ kind: 'increment', at: time, actor, counter: COUNTER, again: random.pick(actors) });
    }
    steps.push({ kind: 'read', at: at + 50, actor: random.pick(actors), counter: COUNTER, all: false });
  }
  const climate = { loss: random.pick([0, 0.1]), duplication: 0, delay: random.pick([2, 5, 40]), flush: 20 };
  return { actors, counters: [COUNTER], climate, steps, minority: random.pick(['accept', 'refuse']) };
}

/** Holders vanish while their vote is at some acceptors only, and everybody reads. */
export function drawAmbushes(random: SeededRandom): Drawn {
  const actors = named(random.pick([3, 3, 5]), 'actor');
  const steps: Step[] = [];
  for (let at = random.between(50, 200); at < FAULTS_FOR; at += random.between(20, 400)) {
    const ambush = drawAmbush(random, actors, at);
    // Votes that are at few acceptors: the root of most trouble.
    steps.push(random.chance(0.5) ? { ...ambush, moment: 'sends accept' } : ambush);
    for (let i = 0; i < 3; i += 1) {
      const time = at + random.between(0, 200);
      steps.push({ kind: 'increment', at: time, actor: random.pick(actors), counter: COUNTER, again: null });
    }
    for (let i = 0; i < 6; i += 1) {
      const kind = random.chance(0.8) ? 'read' : 'value';
      const time = at + random.between(0, 400);
      steps.push({ kind, at: time, actor: random.pick(actors), counter: COUNTER, all: false });
    }
  }
  const climate = {
    loss: random.pick([0, 0.2]),
    duplication: random.pick([0, 0.2]),
    delay: random.pick([5, 40, 150]),
    flush: random.pick([1, 10, 60]),
  };
  return { actors, counters: [COUNTER], climate, steps, minority: random.pick(['accept', 'refuse']) };
}

/** What two of three have chosen is on one disk that is lost, and on one that is away: the third must not go on with the first. */
export function drawLostDisks(random: SeededRandom): Drawn {
  const actors = named(3, 'actor');
  const [lost = '', away = '', last = ''] = actors;
  const steps: Step[] = [];
  const increments = (actor: string, from: number, to: number) => {
    for (let at = from; at < to; at += random.between(10, 100))
      steps.push({ kind: 'increment', at, actor, counter: COUNTER, again: null });
  };
  increments(random.pick(actors), 100, 800);
  const ways = [lost, away].flatMap((actor) => [[actor, last] as const, [last, actor] as const]);
  steps.push({ kind: 'cut', at: 800, for: random.between(500, 1_200), ways });
  increments(lost, 850, 1_300);
  const at = random.between(1_300, 1_600);
  steps.push({ kind: 'wipe', at, actor: lost }, { kind: 'crash', at, for: 2_000, actors: [away] });
  increments(last, at, at + 1_500);
  for (let time = at; time < at + 3_000; time += random.between(20, 100)) {
    const kind = random.chance(0.8) ? 'read' : 'value';
    steps.push({ kind, at: time, actor: random.pick(actors), counter: COUNTER, all: false });
  }
  const climate = { loss: 0, duplication: 0, delay: random.pick([2, 20]), flush: random.pick([1, 10]) };
  return { actors, counters: [COUNTER], climate, steps, minority: random.pick(['accept', 'refuse']) };
}
