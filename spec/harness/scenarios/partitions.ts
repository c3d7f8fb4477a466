import type { Instance } from '../instance.ts';
import type { Cut } from '../network.ts';
import type { Stage } from '../stage.ts';
import { HOT, type Scenario } from './scenario.ts';

/** Milliseconds without a 200 that the majority side may have when the holder is cut off. */
const FAILOVER_MS = 1_500;
/** The same where resets tell of it, at the next beat at the latest. */
const RESET_FAILOVER_MS = 500;
/** Milliseconds after which an instance that knows that it has no majority answers 202. */
const RECORDED_MS = 100;

function sidesOf({ nodes, majority }: Stage): { majority: Instance[]; minority: Instance[] } {
  return { majority: nodes.slice(0, majority), minority: nodes.slice(majority) };
}

const majorityMinority: Scenario = {
  name: 'majority-minority',
  goal: 'A cut leaves a majority on one side; both sides go on writing. The majority counts, with a short gap; the minority records, and after heal each of its 202s is counted once.',
  nodes: 5,
  async run(stage) {
    const sides = sidesOf(stage);
    stage.phase('calm');
    await stage.during(3);
    await stage.part(sides.minority);
    stage.phase('cut', sides);
    await stage.during(2);
    stage.phase('later', sides);
    await stage.during(4);
    stage.demandCounted('cut', 'majority', FAILOVER_MS);
    stage.demandCounted('later', 'majority', FAILOVER_MS);
    stage.demandRecorded('later', 'minority', RECORDED_MS);
    await stage.heal();
    await stage.during(2);
  },
};

const halves: Scenario = {
  name: 'halves',
  goal: 'An even cluster falls into two halves, neither of which is a majority. Both record and answer 202, none counts; consistent reads are refused; after heal all of it is counted once.',
  nodes: 4,
  async run(stage) {
    const half = Math.ceil(stage.nodes.length / 2);
    const sides = { left: stage.nodes.slice(0, half), right: stage.nodes.slice(half) };
    stage.phase('calm');
    await stage.during(2);
    await stage.part(sides.left);
    stage.phase('cut', sides);
    await stage.during(2);
    stage.phase('later', sides);
    await stage.during(3);
    for (const side of ['right', ...(half > stage.nodes.length / 2 ? [] : ['left'])])
      stage.demandRecorded('later', side, RECORDED_MS);
    await stage.heal();
    await stage.during(2);
  },
};

const oneWay: Scenario = {
  name: 'one-way',
  goal: 'The holder of the hot counter is heard by nobody, but hears all; then it hears nobody, but is heard. The others go on without it, and it never counts what the others do not know.',
  nodes: 5,
  prepare: (stage) => stage.hold(stage.node(1), HOT),
  async run(stage) {
    const holder = stage.node(1);
    const others = stage.others(holder);
    const sides = { others, holder: [holder] };
    stage.phase('calm');
    await stage.during(2);
    await stage.cut([holder], others);
    stage.phase('unheard', sides);
    await stage.during(4);
    await stage.heal();
    await stage.during(2);
    await stage.cut(others, [holder]);
    stage.phase('deaf', sides);
    await stage.during(4);
    stage.demandCounted('unheard', 'others', FAILOVER_MS);
    stage.demandCounted('deaf', 'others', FAILOVER_MS);
    await stage.heal();
    await stage.during(1);
  },
};

const ring: Scenario = {
  name: 'ring',
  goal: 'A can talk to B and B to C, but not A to C: each instance reaches only its neighbours. With 3 or 5 instances everybody still hears a majority, so everybody goes on counting, though those who see each other are never the same.',
  nodes: 5,
  async run(stage) {
    const { nodes } = stage;
    stage.phase('calm');
    await stage.during(2);
    const isNeighbour = (a: number, b: number) =>
      Math.abs(a - b) === 1 || (nodes.length > 3 && Math.abs(a - b) === nodes.length - 1);
    for (const [a, node] of nodes.entries()) {
      const strangers = nodes.filter((_, b) => a !== b && !isNeighbour(a, b));
      await stage.cut([node], strangers);
    }
    stage.phase('ring');
    await stage.during(6);
    if (nodes.length <= 5) stage.demandCounted('ring', 'all', FAILOVER_MS);
    await stage.heal();
    await stage.during(1);
  },
};

function isolateHolder(how: Cut): Scenario {
  return {
    name: how === 'drop' ? 'isolate-holder' : 'isolate-holder-reset',
    goal: `The holder of the one hot counter is cut off from all others, ${how === 'drop' ? 'silently: packets vanish' : 'with resets: packets are refused'}. The others elect another within a moment, again and again, whoever it is.`,
    nodes: 5,
    load: { counters: [HOT] },
    prepare: (stage) => stage.hold(stage.node(1), HOT),
    async run(stage) {
      stage.phase('calm');
      await stage.during(2);
      for (const [index, holder] of stage.nodes.slice(0, 3).entries()) {
        const name = `isolated ${index + 1}`;
        await stage.part([holder], how);
        stage.phase(name, { others: stage.others(holder), holder: [holder] });
        await stage.during(3);
        stage.demandCounted(name, 'others', how === 'drop' ? FAILOVER_MS : RESET_FAILOVER_MS);
        await stage.heal();
        await stage.during(1);
      }
    },
  };
}

const flapping: Scenario = {
  name: 'flapping',
  goal: 'Links between random pairs break and mend every few hundred milliseconds, some one way only, some with resets. Nothing is lost or doubled, and when it ends the cluster is at once as before.',
  nodes: 5,
  async run(stage) {
    const { random, nodes, site } = stage;
    stage.phase('calm');
    await stage.during(1);
    stage.phase('flapping');
    for (let i = 0; i < 25; i += 1) {
      const [a, b] = [random.pick(nodes), random.pick(nodes)];
      const how = random.pick(['drop', 'reject'] as const);
      await stage.cut([a], [b], how);
      if (random.chance(0.7)) await stage.cut([b], [a], how);
      await stage.during(random.between(0.1, 0.9));
      if (random.chance(0.6)) await site.network.heal([random.pick(nodes).id]);
    }
    await stage.heal();
    await stage.during(1);
  },
};

const blackout: Scenario = {
  name: 'blackout',
  goal: 'No instance can reach any other. Each records alone and answers 202; after heal all of it is counted once, and all agree.',
  nodes: 5,
  async run(stage) {
    stage.phase('calm');
    await stage.during(2);
    await stage.cut(stage.nodes, stage.nodes);
    stage.phase('dark');
    await stage.during(2);
    stage.phase('later');
    await stage.during(4);
    stage.demandRecorded('later', 'all', RECORDED_MS);
    await stage.heal();
    await stage.during(2);
  },
};

const unplug: Scenario = {
  name: 'unplug',
  goal: 'The network interface of an instance goes down, and comes up again: no packet of any kind, and its addresses are gone from the list of interfaces meanwhile. It is killed and restarted while it is down, too.',
  nodes: 5,
  async run(stage) {
    const { site } = stage;
    const [one, two] = [stage.node(1), stage.node(2)];
    stage.phase('calm');
    await stage.during(1);
    await site.network.unplug(one.id);
    stage.phase('unplugged', { others: stage.others(one) });
    await stage.during(4);
    await site.network.plug(one.id);
    await stage.recover();
    await stage.during(1);
    await site.network.unplug(two.id);
    stage.phase('unplugged and killed', { others: stage.others(two) });
    await two.end('SIGKILL');
    two.launch();
    await stage.during(2);
    await site.network.plug(two.id);
    await two.answers();
    await stage.recover();
    await stage.during(1);
  },
};

const restartInside: Scenario = {
  name: 'restart-inside',
  goal: 'While a minority is cut off, its instances record and are killed and restarted; so is one of the majority. Records survive it; the majority goes on; after heal all is counted once.',
  nodes: 5,
  async run(stage) {
    const sides = sidesOf(stage);
    stage.phase('calm');
    await stage.during(2);
    await stage.part(sides.minority);
    stage.phase('cut', sides);
    await stage.during(3);
    for (const node of [...sides.minority, ...sides.majority.slice(0, 1)]) {
      await node.end('SIGKILL');
      await node.start();
    }
    stage.phase('restarted', sides);
    await stage.during(3);
    stage.demandRecorded('restarted', 'minority', RECORDED_MS);
    await stage.heal();
    await stage.during(1);
  },
};

export const partitions: readonly Scenario[] = [
  majorityMinority,
  halves,
  oneWay,
  ring,
  isolateHolder('drop'),
  isolateHolder('reject'),
  flapping,
  blackout,
  unplug,
  restartInside,
];
