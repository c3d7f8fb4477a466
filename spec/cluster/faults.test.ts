import test, { type ExecutionContext } from 'ava';
import { Load } from '../history/load.ts';
import { examine } from '../history/verdict.ts';
import { type ActorProcess, eventually, ProcessCluster } from './processes.ts';

const COUNTERS = Array.from({ length: 12 }, (_, index) => `stock-${index}`);
/** Operations that have to succeed between two events. */
const STRETCH = 250;

interface Scene {
  readonly cluster: ProcessCluster;
  readonly load: Load;
}

function scenario(title: string, size: number, faults: (scene: Scene) => Promise<void>): void {
  test.serial(`${size} processes under load: ${title}`, async (t: ExecutionContext) => {
    const seed = Number(process.env.QUORATE_SEED ?? Date.now() % 1_000_000);
    t.log(`QUORATE_SEED=${seed}`);
    const cluster = await ProcessCluster.start(size, ['--read-timeout', '1s'], true);
    t.teardown(() => cluster.dispose());
    const load = new Load({ targets: cluster.actors, clients: 16, counters: COUNTERS, seed });
    load.start();
    try {
      await load.succeeds(STRETCH);
      await faults({ cluster, load });
      await Promise.all(cluster.actors.map((actor) => actor.ready()));
      await load.succeeds(STRETCH);
      await load.stop();
      const { violations, tally } = await examine(cluster.actors, load);
      t.log([...tally].map(([outcome, count]) => `${outcome}: ${count}`).join(', '));
      t.deepEqual(violations, []);
      t.deepEqual(await cluster.examineTraces(load.operations), []);
    } catch (error) {
      t.log(cluster.logs);
      throw error;
    } finally {
      await load.stop();
    }
  });
}

async function killAndRestart(
  victims: readonly ActorProcess[],
  load: Load,
  meanwhile: boolean,
): Promise<void> {
  await Promise.all(victims.map((actor) => actor.end('SIGKILL')));
  if (meanwhile) await load.succeeds(STRETCH);
  // Without a config: they have it.
  await Promise.all(victims.map((actor) => actor.start()));
}

scenario('kill -9 of one, restart without a config', 3, async ({ cluster, load }) => {
  for (const actor of cluster.actors) {
    await killAndRestart([actor], load, true);
    await load.succeeds(STRETCH);
  }
});

scenario('kill -9 of a minority', 5, async ({ cluster, load }) => {
  await killAndRestart(cluster.actors.slice(0, 2), load, true);
  await load.succeeds(STRETCH);
  await killAndRestart(cluster.actors.slice(3, 5), load, true);
});

scenario('kill -9 of all at once', 3, async ({ cluster, load }) => {
  await killAndRestart(cluster.actors, load, false);
});

test.serial(
  '3 processes: after kill -9 of all, whoever asks for the value again gets what was answered 200',
  async (t) => {
    const cluster = await ProcessCluster.start(3, [], true);
    t.teardown(() => cluster.dispose());
    const { actors } = cluster;
    t.is((await actors[0]?.ask('POST', '/counter/stock', '5'))?.status, 200);
    await Promise.all(actors.map((actor) => actor.end('SIGKILL')));
    await Promise.all(actors.map((actor) => actor.start()));
    await Promise.all(actors.map((actor) => actor.ready()));
    for (const actor of actors) {
      const value = async () => (await actor.ask('GET', '/counter/stock/value')).body;
      await eventually(`${actor.id} knows it`, async () => ((await value()) === '5' ? true : null));
    }
    t.deepEqual(await cluster.examineTraces(), []);
  },
);

scenario('kill -9 of a majority: the others record', 5, async ({ cluster, load }) => {
  await killAndRestart(cluster.actors.slice(0, 3), load, true);
});

scenario('pause of the holder', 3, async ({ cluster, load }) => {
  for (const actor of cluster.actors) {
    // Those that wait there already have to; the others go on elsewhere.
    load.avoid(actor);
    actor.signal('SIGSTOP');
    await load.succeeds(STRETCH);
    actor.signal('SIGCONT');
    load.avoid(null);
  }
});

scenario('rolling restart in order', 3, async ({ cluster, load }) => {
  for (const actor of cluster.actors) {
    await actor.end('SIGTERM');
    await load.succeeds(STRETCH);
    await actor.start();
    await actor.ready();
  }
});
