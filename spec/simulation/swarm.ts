import type { Actor } from '../../src/paxos/ballot.ts';
import type { SeededRandom } from '../history/random.ts';
import { type Drawn, FAULTS_FOR } from './plan.ts';
import type { Step } from './steps.ts';
import type { Climate } from './world.ts';

export function named(count: number, what: string): string[] {
  return Array.from({ length: count }, (_, i) => `${what}-${i + 1}`);
}

export function drawWeather(random: SeededRandom): Climate {
  return {
    loss: random.pick([0, 0, 0.02, 0.2]),
    duplication: random.pick([0, 0.05, 0.3]),
    delay: random.pick([2, 20, 150]),
    flush: random.pick([1, 10, 60]),
  };
}

/** Any faults at any time. Each run leaves some kinds out, so that the others have room (Groce et al., Swarm Testing). */
export function drawSwarm(random: SeededRandom): Drawn {
  const actors = named(3 + random.below(5), 'actor');
  const counters = named(1 + random.below(5), 'counter');
  const steps: Step[] = [...operations(random, actors, counters)];
  const kinds = FAULTS.filter(() => random.chance(0.5));
  const [rare, often] = random.pick([
    [100, 2_000],
    [20, 600],
  ] as const);
  if (kinds.length > 0) {
    for (let at = random.between(100, 1_500); at < FAULTS_FOR; at += random.between(rare, often))
      steps.push(...random.pick(kinds)(random, actors, at));
  }
  for (const actor of actors) steps.push(...disposition(random, actor));
  const minority = random.chance(0.8) ? 'accept' : 'refuse';
  return { actors, counters, climate: drawWeather(random), steps, minority };
}

/** What is so with an actor in the whole run: its clock, its disk, when it gets its config. */
function* disposition(random: SeededRandom, actor: Actor): Generator<Step> {
  const of = { at: 0, actor, for: FAULTS_FOR };
  if (random.chance(0.2)) yield { ...of, kind: 'clock', rate: random.pick([0.3, 0.9, 1.1, 3]) };
  if (random.chance(0.1)) yield { ...of, kind: 'slow disk', times: random.pick([0.1, 5, 20]) };
  if (random.chance(0.1)) yield { kind: 'configure', at: random.between(10, 3_000), actor };
}

function* operations(
  random: SeededRandom,
  actors: readonly Actor[],
  counters: readonly string[],
): Generator<Step> {
  const pace = random.pick([20, 80, 300]);
  const increments = random.pick([0.3, 0.6, 0.9]);
  const values = random.pick([0.05, 0.15]);
  const all = random.pick([0, 0.1]);
  for (let at = random.next() * 300; at < FAULTS_FOR; at += random.next() * 2 * pace) {
    const [actor, counter, dice] = [random.pick(actors), random.pick(counters), random.next()];
    if (dice < increments) {
      const again = random.chance(0.5) ? random.pick(actors) : null;
      yield { kind: 'increment', at, actor, counter, again };
    } else if (dice < 1 - values) yield { kind: 'read', at, actor, counter, all: random.chance(all) };
    else yield { kind: 'value', at, actor, counter };
  }
}

type DrawFault = (random: SeededRandom, actors: readonly Actor[], at: number) => Step[];

const lasting = (random: SeededRandom) => random.between(50, 2_500);

export const FAULTS: readonly DrawFault[] = [
  (random, actors, at) => [{ kind: 'crash', at, for: lasting(random), actors: [random.pick(actors)] }],
  (random, actors, at) => [{ kind: 'crash', at, for: lasting(random), actors }],
  (random, actors, at) => [{ kind: 'pause', at, for: lasting(random), actor: random.pick(actors) }],
  (random, actors, at) => [
    {
      kind: 'slow process',
      at,
      for: lasting(random),
      actor: random.pick(actors),
      takes: random.pick([1, 5, 30]),
    },
  ],
  (random, actors, at) => [
    { kind: 'jump', at, actor: random.pick(actors), ticks: random.pick([5, 50, 500]) },
  ],
  (random, actors, at) => [
    {
      kind: 'disk',
      at,
      for: lasting(random),
      actor: random.pick(actors),
      fault: random.pick(['write error', 'full', 'unreadable']),
    },
  ],
  (random, actors, at) => [{ kind: 'wipe', at, actor: random.pick(actors) }],
  (random, _, at) => [{ kind: 'weather', at, for: lasting(random), climate: drawWeather(random) }],
  (random, actors, at) => [{ kind: 'cut', at, for: lasting(random), ways: drawWays(random, actors) }],
  (random, actors, at) => [
    {
      kind: 'slow link',
      at,
      for: lasting(random),
      ways: drawWays(random, actors),
      takes: random.pick([20, 100, 400]),
    },
  ],
  (random, actors, at) => [drawAmbush(random, actors, at)],
];

/** Between one and the others, between two halves, or between two; both ways, or one of them. */
function drawWays(random: SeededRandom, actors: readonly Actor[]): (readonly [Actor, Actor])[] {
  const one = random.pick(actors);
  const some = random.pick([[one], actors.filter(() => random.chance(0.5))]);
  const others = random.chance(0.3)
    ? [random.pick(actors)].filter((actor) => !some.includes(actor))
    : actors.filter((actor) => !some.includes(actor));
  const pairs = some.flatMap((a) => others.map((b) => [a, b] as const));
  const backwards = pairs.map(([a, b]) => [b, a] as const);
  const direction = random.pick(['one way', 'other way', 'both', 'both']);
  if (direction === 'both') return [...pairs, ...backwards];
  return direction === 'one way' ? pairs : backwards;
}

/** Where what an actor knows, what it has told and what is on its disk come apart. */
export function drawAmbush(
  random: SeededRandom,
  actors: readonly Actor[],
  at: number,
): Step & { kind: 'ambush' } {
  return {
    kind: 'ambush',
    at,
    for: random.pick([30, 200, 1_000]),
    actor: random.pick(actors),
    moment: random.pick([
      'begins a flush',
      'ends a flush',
      'sends prepare',
      'sends promise',
      'sends accept',
      'sends accepted',
      'sends counted',
      'sends chosen',
      'sends answer',
      'sends submit',
    ]),
    with: random.pick(['crash', 'crash', 'silence', 'deafness', 'pause']),
  };
}
