import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../../spec/cluster/processes.ts';
import type { Peer, PeerClient, RunningPeer } from './peer.ts';
import { RespClient } from './resp.ts';
import { findProgram, Servers, startOrStop, versionOf } from './servers.ts';

interface Program {
  readonly title: string;
  readonly name: string;
  readonly variable: string;
}

interface Acknowledgement {
  readonly title: string;
  /** The first version that has all that it needs. */
  readonly since: string;
  /** What waits for one replica. */
  readonly commands: readonly string[];
  /** Tells how many replicas there are. */
  readonly count: string;
  readonly guarantees: string;
}

const REDIS = { title: 'Redis', name: 'redis-server', variable: 'REDIS_SERVER' };
const VALKEY = { title: 'Valkey', name: 'valkey-server', variable: 'VALKEY_SERVER' };

const LOSES = 'no consensus: a failover to the other replica loses it';

const WAIT = {
  title: 'WAIT 1',
  since: '7.0',
  commands: ['WAIT 1 0'],
  count: 'WAIT 2 100',
  guarantees: `On disk at the primary, received by one of two replicas; ${LOSES}.`,
};

const WAITAOF = {
  title: 'WAITAOF 1 1',
  since: '7.2',
  // The replica flushes after it has told the primary how far it has flushed, and tells again only a second later or if
  // asked: WAITAOF alone takes a single client that second. The WAIT before it is the first time to ask.
  commands: ['WAIT 1 0', 'WAITAOF 1 1 0'],
  count: 'WAITAOF 1 2 100',
  guarantees: `On disk at the primary and at one of two replicas; ${LOSES}.`,
};

async function client(port: number, { title, commands }: Acknowledgement): Promise<PeerClient> {
  const connection = await RespClient.open(port);
  return {
    async add(counter, amount) {
      const answers = await connection.ask([`INCRBY ${counter} ${amount}`, ...commands]);
      if (Number(answers.at(-1)) < 1) throw new Error(`${title} was answered ${answers}`);
    },
    async read(counter) {
      const [value] = await connection.ask([`GET ${counter}`]);
      return BigInt(value ?? '');
    },
    close: () => connection.close(),
  };
}

async function start(
  directory: string,
  program: Program,
  acknowledgement: Acknowledgement,
): Promise<RunningPeer> {
  const path = await findProgram(program.name, program.variable);
  if (path === null) throw new Error(`there is no ${program.name}`);
  const ports = await freePorts(3);
  const primary = ports[0] ?? 0;
  const servers = new Servers(directory, 'SIGTERM');
  return startOrStop(servers, async () => {
    for (const port of ports) {
      const home = join(directory, String(port));
      await mkdir(home);
      const settings = {
        bind: '127.0.0.1',
        port,
        dir: home,
        appendonly: 'yes',
        // Every second would let an acknowledged increment be lost (WAIT), or wait for that second (WAITAOF).
        appendfsync: 'always',
        // The log is what is durable: no snapshots besides.
        save: "''",
        // Replicas come at once: none is worth waiting for.
        'repl-diskless-sync-delay': 0,
        // At once, and with the child that may be writing a log anew.
        'shutdown-on-sigterm': 'nosave now force',
        ...(port === primary ? {} : { replicaof: `127.0.0.1 ${primary}` }),
      };
      const args = Object.entries(settings).flatMap(([key, value]) => [
        `--${key}`,
        ...String(value).split(' '),
      ]);
      await servers.spawn(String(port), path, args);
    }
    await servers.until('both replicas', async () => {
      const connection = await RespClient.open(primary);
      const answers = await connection.ask([acknowledgement.count]).finally(() => connection.close());
      return Number(answers.at(-1)) === 2 ? true : null;
    });
    return {
      pids: servers.pids,
      connect: () => client(primary, acknowledgement),
      stop: () => servers.stop(),
    };
  });
}

export const redisPeers: readonly Peer[] = [REDIS, VALKEY].flatMap((program) =>
  [WAIT, WAITAOF].map((acknowledgement) => ({
    name: `${program.title}, ${acknowledgement.title}`,
    guarantees: acknowledgement.guarantees,
    version: async () =>
      versionOf(
        await findProgram(program.name, program.variable),
        acknowledgement.since,
        `all that ${acknowledgement.title} needs`,
      ),
    start: (directory: string) => start(directory, program, acknowledgement),
  })),
);
