import type { Instance } from '../instance.ts';
import type { Stage } from '../stage.ts';
import { HOT, type Scenario } from './scenario.ts';

/** Milliseconds without a 200 that the others may have when the holder is killed; when it is stopped. */
const KILLED_MS = 500;
const STOPPED_MS = 1_500;

const killOne: Scenario = {
  name: 'kill-one',
  goal: 'The holder of the one hot counter is killed with kill -9 and restarted, then the next. The others notice it by the reset, and go on within a moment.',
  nodes: 5,
  load: { counters: [HOT] },
  prepare: (stage) => stage.hold(stage.node(1), HOT),
  async run(stage) {
    stage.phase('calm');
    await stage.during(2);
    for (const [index, victim] of stage.nodes.slice(0, 3).entries()) {
      const name = `killed ${index + 1}`;
      await kill(stage, name, [victim]);
      await stage.during(3);
      stage.demandCounted(name, 'others', KILLED_MS);
      await restart(stage, [victim]);
    }
  },
};

const killMinority: Scenario = {
  name: 'kill-minority',
  goal: 'As many instances as are no majority are killed at once, then restarted, then others. The majority goes on.',
  nodes: 5,
  async run(stage) {
    const { nodes, majority } = stage;
    stage.phase('calm');
    await stage.during(2);
    for (const [name, victims] of Object.entries({
      'last killed': nodes.slice(majority),
      'first killed': nodes.slice(0, nodes.length - majority),
    })) {
      await kill(stage, name, victims);
      await stage.during(3);
      stage.demandCounted(name, 'others', KILLED_MS);
      await restart(stage, victims);
    }
  },
};

const killAll: Scenario = {
  name: 'kill-all',
  goal: 'All instances are killed at once under load, and restarted without a config, twice. Whatever was acknowledged is there.',
  nodes: 5,
  async run(stage) {
    stage.phase('calm');
    await stage.during(2);
    for (const name of ['all killed', 'all killed again']) {
      await kill(stage, name, stage.nodes);
      await restart(stage, stage.nodes);
      await stage.during(2);
    }
  },
};

const pause: Scenario = {
  name: 'pause',
  goal: 'The holder of the hot counter is stopped with SIGSTOP for 10 seconds: its connections stay open, but nothing answers. The others go on; when it continues it knows of nothing, and must not harm.',
  nodes: 5,
  prepare: (stage) => stage.hold(stage.node(1), HOT),
  async run(stage) {
    const holder = stage.node(1);
    stage.phase('calm');
    await stage.during(2);
    holder.pause();
    stage.phase('stopped', { others: stage.others(holder) });
    await stage.during(10);
    stage.demandCounted('stopped', 'others', STOPPED_MS);
    holder.resume();
    await stage.recover();
    await stage.during(1);
  },
};

const rolling: Scenario = {
  name: 'rolling',
  goal: 'One instance after the other is stopped in order (SIGTERM) and started again, as in an upgrade. The others hardly notice.',
  nodes: 5,
  async run(stage) {
    stage.phase('calm');
    await stage.during(2);
    for (const node of stage.nodes) {
      const name = `${node.id} stopped`;
      stage.phase(name, { others: stage.others(node) });
      await node.end('SIGTERM');
      await stage.during(1);
      await node.start();
      stage.demandCounted(name, 'others', KILLED_MS);
      await stage.recover();
    }
  },
};

const lateConfig: Scenario = {
  name: 'late-config',
  goal: 'One instance is down while all others get their config, and comes when they have long been at work; nobody ever posts it a config. It learns it from the others, and serves. Then a majority of the others is killed for good, so that it is needed.',
  nodes: 5,
  late: 1,
  async run(stage) {
    const { nodes, majority } = stage;
    const late = stage.node(nodes.length);
    stage.phase('without it', { others: stage.others(late) });
    await stage.during(3);
    await late.start();
    await stage.recover();
    await stage.during(2);
    const victims = nodes.slice(0, nodes.length - majority);
    await kill(stage, 'it is needed', victims);
    await stage.during(3);
    stage.demandCounted('it is needed', 'others', KILLED_MS);
    await restart(stage, victims);
  },
};

async function kill(stage: Stage, name: string, victims: readonly Instance[]): Promise<void> {
  stage.phase(name, { others: stage.others(...victims) });
  await Promise.all(victims.map((victim) => victim.end('SIGKILL')));
}

async function restart(stage: Stage, victims: readonly Instance[]): Promise<void> {
  await Promise.all(victims.map((victim) => victim.start()));
  await stage.recover();
  await stage.during(1);
}

export const crashes: readonly Scenario[] = [killOne, killMinority, killAll, pause, rolling, lateConfig];
