import type { Stage } from '../stage.ts';
import type { Scenario } from './scenario.ts';

const smoke: Scenario = {
  name: 'smoke',
  goal: 'No faults: everything is counted, nobody waits long, all agree.',
  nodes: 5,
  async run(stage) {
    stage.phase('calm');
    await stage.during(5);
    await stage.recover();
  },
};

const twentyOne: Scenario = {
  name: 'twenty-one',
  goal: '21 instances on one machine fall apart into 11 and 10; after heal they converge. Then 10 of them are killed at once.',
  nodes: 21,
  load: { pace: 1_000 },
  async run(stage) {
    const { nodes, majority } = stage;
    const sides = { majority: nodes.slice(0, majority), minority: nodes.slice(majority) };
    stage.phase('calm');
    await stage.during(5);
    await stage.part(sides.minority);
    stage.phase('cut', sides);
    await stage.during(8);
    await stage.heal();
    await stage.during(2);
    stage.phase('killed', { others: sides.majority });
    await Promise.all(sides.minority.map((node) => node.end('SIGKILL')));
    await stage.during(4);
    await Promise.all(sides.minority.map((node) => node.start()));
    await stage.recover();
    await stage.during(2);
  },
};

const MANY = Array.from({ length: 10_000 }, (_, i) => `counter-${i}`);
/** Clients that write each of them once, at first. */
const WRITERS = 64;

const tenThousand: Scenario = {
  name: 'ten-thousand',
  goal: '10,000 counters are written once each, then at random through a cut and a kill -9 of all; every one of them is exact at every instance.',
  nodes: 5,
  load: { counters: MANY },
  async prepare(stage) {
    const { load, nodes } = stage;
    const next = MANY.entries();
    const write = async () => {
      for (const [index, counter] of next)
        await load.increment(stage.node(1 + (index % nodes.length)), counter);
    };
    await Promise.all(Array.from({ length: WRITERS }, write));
  },
  async run(stage) {
    const { nodes, majority } = stage;
    stage.phase('calm');
    await stage.during(4);
    const minority = nodes.slice(majority);
    await stage.part(minority);
    stage.phase('cut', { majority: nodes.slice(0, majority), minority });
    await stage.during(6);
    await stage.heal();
    stage.phase('all killed', {});
    await Promise.all(nodes.map((node) => node.end('SIGKILL')));
    await Promise.all(nodes.map((node) => node.start()));
    await stage.recover();
    await stage.during(2);
  },
};

const soak: Scenario = {
  name: 'soak',
  goal: 'Random faults one after the other, for as long as one wishes (--scale 10 makes it ten times as long), while memory, file descriptors and disk are watched.',
  nodes: 5,
  async run(stage) {
    stage.phase('soak');
    const until = 60;
    for (let passed = 0; passed < until; ) {
      const seconds = stage.random.between(1, 4);
      await strike(stage, seconds);
      await stage.during(1);
      passed += seconds + 1;
    }
    await stage.recover();
  },
};

async function strike(stage: Stage, seconds: number): Promise<void> {
  const { random, nodes } = stage;
  const some = nodes.filter(() => random.chance(0.4));
  const fault = random.pick(['part', 'cut', 'kill', 'stop', 'pause'] as const);
  if (fault === 'part' || fault === 'cut') {
    const how = random.pick(['drop', 'reject'] as const);
    if (fault === 'part') await stage.part(some, how);
    else await stage.cut(some, nodes, how);
    await stage.during(seconds);
    await stage.site.network.heal();
  } else if (fault === 'pause') {
    for (const node of some) node.pause();
    await stage.during(seconds);
    for (const node of some) node.resume();
  } else {
    await Promise.all(some.map((node) => node.end(fault === 'kill' ? 'SIGKILL' : 'SIGTERM')));
    await stage.during(seconds);
    await Promise.all(some.map((node) => node.start()));
  }
}

export const sizes: readonly Scenario[] = [smoke, twentyOne, tenThousand, soak];
