import { execFile } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { eventually, ProcessCluster } from './processes.ts';

const execute = promisify(execFile);

/** Takes all that is left of the disk. */
async function fill(directory: string): Promise<void> {
  const file = await open(join(directory, 'filler'), 'w');
  const block = Buffer.alloc(65_536);
  try {
    for (;;) await file.write(block);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    await file.close();
  }
}

test('an actor whose disk is full stops voting and answers 503 with the reason; nothing acknowledged is lost', async (t) => {
  const cluster = await ProcessCluster.spawn(3, [], true);
  t.teardown(() => cluster.dispose());
  const [victim, other] = cluster.actors;
  if (victim === undefined || other === undefined) throw new RangeError('too few actors');
  await victim.end('SIGKILL');
  await cluster.lose(victim);
  const disk = cluster.home(victim);
  await mkdir(disk);
  try {
    await execute('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', disk]);
  } catch (error) {
    t.log('SKIPPED: it takes root to mount a disk', String(error));
    t.pass();
    return;
  }
  try {
    await victim.start();
    for (const actor of cluster.actors) await actor.ask('POST', '/config', cluster.config);
    await Promise.all(cluster.actors.map((actor) => actor.ready()));
    t.is((await victim.ask('POST', '/counter/before', '1')).status, 200);
    await fill(disk);

    const acknowledged = new Map<string, bigint>();
    const uncertain = new Map<string, bigint>();
    const refusal = await eventually('the disk is full', async () => {
      const counter = `c${acknowledged.size}`;
      const { status, body } = await victim.ask('POST', `/counter/${counter}`, '1');
      if (status === 503) return body;
      (status === 200 || status === 202 ? acknowledged : uncertain).set(counter, 1n);
      return null;
    });
    t.regex(refusal, /the store of this actor has failed/);
    t.is((await victim.ask('GET', '/counter/before/consistent_value')).status, 503);
    t.is((await victim.ask('GET', '/readyz')).status, 503);
    t.is((await victim.ask('GET', '/livez')).status, 200);

    t.is((await other.ask('POST', '/counter/after', '1')).status, 200);
    for (const counter of ['before', ...acknowledged.keys()]) {
      t.is((await other.ask('GET', `/counter/${counter}/consistent_value`)).body, '1', counter);
    }
    for (const counter of uncertain.keys()) {
      t.regex((await other.ask('GET', `/counter/${counter}/consistent_value`)).body, /^[01]$/);
    }

    await victim.end('SIGKILL');
    await execute('mount', ['-o', 'remount,size=64m', disk]);
    await victim.start();
    await victim.ready();
    t.is((await victim.ask('GET', '/counter/after/consistent_value')).body, '1');
  } catch (error) {
    t.log(cluster.logs);
    throw error;
  } finally {
    await victim.end('SIGKILL');
    await execute('umount', [disk]);
  }
});
