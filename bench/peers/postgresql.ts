import { chown, readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import postgres from 'postgres';
import { freePorts } from '../../spec/cluster/processes.ts';
import type { Peer, PeerClient, RunningPeer } from './peer.ts';
import { findProgram, run, Servers, type SpawnOptions, startOrStop, versionOf } from './servers.ts';

const DEBIAN = '/usr/lib/postgresql';
const STANDBYS = ['standby1', 'standby2'];
/** Of 64 clients and more; the standbys have to allow as many. */
const CONNECTIONS = 300;

const connection = (port: number, max = 1) =>
  postgres({
    host: '127.0.0.1',
    port,
    username: 'postgres',
    database: 'postgres',
    max,
    fetch_types: false,
    // Its servers tell all clients when they end.
    onnotice: () => {},
  });

async function program(): Promise<string | null> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const newestFirst = versions.sort((one, other) => Number(other) - Number(one));
  const places = newestFirst.map((version) => join(DEBIAN, version, 'bin'));
  return findProgram('postgres', 'POSTGRES', places);
}

/** PostgreSQL refuses to run as root. */
async function unprivileged(): Promise<SpawnOptions> {
  if (process.getuid?.() !== 0) return {};
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (user === undefined) throw new Error('PostgreSQL needs a user other than root');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

function client(port: number): PeerClient {
  // Named by its text, it is prepared once per connection.
  const sql = connection(port);
  return {
    async add(counter, amount) {
      const { count } = await sql`UPDATE counters SET value = value + ${amount} WHERE name = ${counter}`;
      if (count > 0) return;
      await sql`
        INSERT INTO counters VALUES (${counter}, ${amount})
        ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value`;
    },
    async read(counter) {
      const [row] = await sql<{ value: string }[]>`SELECT value FROM counters WHERE name = ${counter}`;
      return BigInt(row?.value ?? 0);
    },
    close: () => sql.end(),
  };
}

async function start(directory: string): Promise<RunningPeer> {
  const path = await program();
  if (path === null) throw new Error('there is no PostgreSQL');
  // They lie beside the program itself, not beside a link to it.
  const tools = dirname(await realpath(path));
  const tool = (name: string) => join(tools, name);
  const user = await unprivileged();
  if (user.uid !== undefined && user.gid !== undefined) await chown(directory, user.uid, user.gid);
  const at = { ...user, cwd: directory };
  const ports = await freePorts(1 + STANDBYS.length);
  const port = ports[0] ?? 0;
  // Immediate shutdown: it waits for all its children.
  const servers = new Servers(directory, 'SIGQUIT');

  const serve = (name: string, own: number, settings: Record<string, string>) =>
    servers.spawn(
      name,
      path,
      [
        ...['-D', join(directory, name), '-p', String(own)],
        ...Object.entries({
          cluster_name: name,
          listen_addresses: '127.0.0.1',
          unix_socket_directories: '',
          max_connections: String(CONNECTIONS),
          ...settings,
        }).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ],
      user,
    );

  return startOrStop(servers, async () => {
    const primary = join(directory, 'primary');
    await run(
      tool('initdb'),
      ['-D', primary, '-U', 'postgres', '--auth=trust', '--locale=C', '-E', 'UTF8'],
      at,
    );
    await serve('primary', port, {
      synchronous_commit: 'on',
      synchronous_standby_names: `ANY 1 (${STANDBYS.join(', ')})`,
      // Both standbys are copied at once: the checkpoint for one would remove what the other has not fetched yet.
      wal_keep_size: '256MB',
    });
    const ask = connection(port);
    try {
      await servers.until('the primary', () => ask`SELECT`);
      await Promise.all(
        STANDBYS.map(async (name, index) => {
          const from = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '--checkpoint=fast'];
          // A slot keeps what a standby that lags still needs.
          const to = ['-D', join(directory, name), '--write-recovery-conf', '--create-slot', '--slot', name];
          await run(tool('pg_basebackup'), [...from, ...to], at);
          await serve(name, ports[1 + index] ?? 0, {});
        }),
      );
      await servers.until('both standbys', async () => {
        const standbys = await ask`SELECT FROM pg_stat_replication WHERE sync_state = 'quorum'`;
        return standbys.length === STANDBYS.length ? true : null;
      });
      // Room in the page for the next version of a row, so that no index has to be changed.
      await ask`CREATE TABLE counters (name text PRIMARY KEY, value bigint NOT NULL) WITH (fillfactor = 50)`;
    } finally {
      await ask.end();
    }
    return {
      pids: servers.pids,
      connect: async () => client(port),
      stop: () => servers.stop(),
    };
  });
}

export const postgresql: Peer = {
  name: 'PostgreSQL, ANY 1 of 2 standbys',
  guarantees:
    'On disk at the primary and at one of two standbys; read from the primary; without it nothing is served until somebody promotes a standby.',
  version: async () => versionOf(await program()),
  start,
};
