import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { peers } from '../../bench/peers/all.ts';
import { NOT_INSTALLED, versionOf } from '../../bench/peers/servers.ts';

const CLIENTS = 3;
const INCREMENTS = 20;
const COUNTERS = ['one', 'other'];

/** Processes that work in the directory. All servers do, and so their children. */
async function workingIn(directory: string): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const places = await Promise.all(processes.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return processes.filter((_, index) => places[index]?.startsWith(directory));
}

const versions = await Promise.all(peers.map((peer) => peer.version()));

for (const [index, peer] of peers.entries()) {
  const title = `${peer.name} counts what it acknowledges, and leaves no process`;
  const found = versions[index];
  if (found !== undefined && 'reason' in found) {
    test.skip(`${title} (${found.reason})`, (t) => t.pass());
    continue;
  }
  // One after the other: each is three servers.
  test.serial(title, async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'quorate-peer-'));
    t.teardown(() => rm(directory, { recursive: true }));
    const running = await peer.start(directory);
    try {
      const clients = await Promise.all(
        Array.from({ length: CLIENTS }, (_, index) => running.connect(index)),
      );
      const expected = new Map<string, bigint>();
      await Promise.all(
        clients.map(async (client, index) => {
          for (let i = index; i < INCREMENTS; i += CLIENTS) {
            const counter = COUNTERS[i % COUNTERS.length] ?? '';
            const amount = i + 1;
            await client.add(counter, amount);
            expected.set(counter, (expected.get(counter) ?? 0n) + BigInt(amount));
          }
        }),
      );
      for (const client of clients) {
        for (const counter of COUNTERS) t.is(await client.read(counter), expected.get(counter) ?? 0n);
        t.is(await client.read('never-used'), 0n);
      }
      t.is(running.pids.length, 3);
      t.true((await workingIn(directory)).length >= 3);
      await Promise.all(clients.map((client) => client.close()));
    } finally {
      await running.stop();
    }
    t.deepEqual(await workingIn(directory), []);
  });
}

test('a program that is too old is told from one that is not installed', async (t) => {
  const own = process.versions.node;
  t.deepEqual(await versionOf(null, '1.0', 'counters'), NOT_INSTALLED);
  t.deepEqual(await versionOf(process.execPath), { version: own });
  for (const since of ['8.9', own]) t.deepEqual(await versionOf(process.execPath, since), { version: own });
  t.deepEqual(await versionOf(process.execPath, '1000.0', 'counters'), {
    reason: `${process.execPath} is ${own}: it has to be 1000.0 or later, which brought counters`,
  });
});
