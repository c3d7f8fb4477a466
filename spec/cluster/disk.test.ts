import { execFile } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { eventually, ProcessCluster } from './processes.ts';

const execute = promisify(execFile);

/** Large, so that what the journal has room for is soon used up. */
const AMOUNT = '9'.repeat(1_000);
const AT_ONCE = 32;

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
  // Of many counters at once the first is the holder, so its disk is written.
  const [victim, other] = cluster.actors.toSorted((a, b) => (a.actor < b.actor ? -1 : 1));
  if (victim === undefined || other === undefined) throw new RangeError('too few actors');
  await victim.end('SIGKILL');
  await cluster.lose(victim);
  const disk = cluster.home(victim);
  await mkdir(disk);
  try {
    await execute('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'none', disk]);
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

    const acknowledged: string[] = [];
    const uncertain: string[] = [];
    const increment = async (counter: string) => {
      const { status, body } = await victim.ask('POST', `/counter/${counter}`, AMOUNT);
      if (status !== 503) (status === 200 || status === 202 ? acknowledged : uncertain).push(counter);
      return status === 503 ? body : null;
    };
    let round = 0;
    const refusal = await eventually('the disk is full', async () => {
      round += 1;
      const counters = Array.from({ length: AT_ONCE }, (_, at) => `c${round}-${at}`);
      const refusals = await Promise.all(counters.map(increment));
      return refusals.find((body) => body !== null) ?? null;
    });
    t.regex(refusal, /the store of this actor has failed/);
    t.is((await victim.ask('GET', '/counter/before/consistent_value')).status, 503);
    t.is((await victim.ask('GET', '/readyz')).status, 503);
    t.is((await victim.ask('GET', '/livez')).status, 200);

    t.is((await other.ask('POST', '/counter/after', '1')).status, 200);
    const read = async (counter: string) =>
      (await other.ask('GET', `/counter/${counter}/consistent_value`)).body;
    t.is(await read('before'), '1');
    t.true(acknowledged.length > 0);
    t.deepEqual(new Set(await Promise.all(acknowledged.map(read))), new Set([AMOUNT]));
    for (const total of await Promise.all(uncertain.map(read))) t.true(['0', AMOUNT].includes(total));

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
