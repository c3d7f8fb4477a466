import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../../spec/cluster/processes.ts';
import { backOff } from './back-off.ts';
import type { Peer, PeerClient, RunningPeer } from './peer.ts';
import { findProgram, NOT_INSTALLED, Servers, startOrStop } from './servers.ts';
import { ZooKeeperClient } from './zookeeper-client.ts';

const NODES = 3;
const DEBIAN = '/usr/share/java';
const MAIN = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';

interface Installed {
  readonly java: string;
  readonly classes: string;
  readonly version: string;
}

/** Debian's package, whose archive names those it needs, or what an archive of the project unpacks to. */
async function installed(): Promise<Installed | null> {
  const java = await findProgram('java', 'JAVA');
  const home = process.env.ZOOKEEPER_HOME;
  const directory = home ? join(home, 'lib') : DEBIAN;
  const files = await readdir(directory).catch(() => []);
  const [version] = files.flatMap((file) => /^zookeeper-(\d[\d.]*\d)\.jar$/.exec(file)?.[1] ?? []);
  if (java === null || version === undefined) return null;
  return { java, version, classes: join(directory, home ? '*' : 'zookeeper.jar') };
}

async function client(port: number): Promise<PeerClient> {
  const session = await ZooKeeperClient.open(port);
  return {
    async add(counter, amount) {
      const path = `/${counter}`;
      for (let failures = 1; ; failures++) {
        // May be stale: the version finds out.
        const data = await session.get(path);
        const isDone =
          data === null
            ? await session.create(path, String(amount))
            : await session.set(path, String(BigInt(data.text) + BigInt(amount)), data.version);
        if (isDone) return;
        await backOff(failures);
      }
    },
    async read(counter) {
      const path = `/${counter}`;
      const [, data] = await Promise.all([session.sync(path), session.get(path)]);
      return BigInt(data?.text ?? 0);
    },
    close: () => session.close(),
  };
}

async function start(directory: string): Promise<RunningPeer> {
  const program = await installed();
  if (program === null) throw new Error('there is no ZooKeeper');
  const { java, classes } = program;
  const ports = await freePorts(3 * NODES);
  const clientPorts = ports.slice(0, NODES);
  const ensemble = clientPorts.map(
    (_, index) => `server.${index + 1}=127.0.0.1:${ports[NODES + index]}:${ports[2 * NODES + index]}`,
  );
  const servers = new Servers(directory);
  return startOrStop(servers, async () => {
    for (const [index, port] of clientPorts.entries()) {
      const name = `node${index}`;
      const home = join(directory, name);
      await mkdir(home);
      await writeFile(join(home, 'myid'), String(index + 1));
      const settings = [
        `dataDir=${home}`,
        `clientPort=${port}`,
        'clientPortAddress=127.0.0.1',
        // As in the sample that is shipped.
        'tickTime=2000',
        'initLimit=10',
        'syncLimit=5',
        // All clients are on this machine: no limit of connections from one.
        'maxClientCnxns=0',
        'admin.enableServer=false',
        ...ensemble,
      ];
      const file = join(directory, `${name}.cfg`);
      await writeFile(file, `${settings.join('\n')}\n`);
      // The heap of its own start script.
      await servers.spawn(name, java, ['-Xmx1000m', '-cp', classes, MAIN, file]);
    }
    const connect = (index: number) => client(clientPorts[index % NODES] ?? 0);
    for (const index of clientPorts.keys()) {
      await servers.until(`node ${index}`, async () => {
        const one = await connect(index);
        return one.read('ready').finally(() => one.close());
      });
    }
    return { pids: servers.pids, connect, stop: () => servers.stop() };
  });
}

export const zookeeper: Peer = {
  name: 'ZooKeeper, compare-and-swap',
  guarantees:
    'On disk at a majority of 3; reads after a sync with the leader, which may be a deposed one; served while a majority can reach each other.',
  version: async () => (await installed()) ?? NOT_INSTALLED,
  start,
};
