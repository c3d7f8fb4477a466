import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { unpackTar } from 'modern-tar';
import { buildChallenge } from '../../scripts/challenge.ts';
import { type Environment, type Network, obstacle, type Program, Site, UID } from './isolation.ts';

const EXECUTABLE = './challenge/bin/challenge-executable';
const LIMIT_BYTES = 48_000_000;
/** Generous, since whatever else the machine does takes time too; 1,500 is what is wanted. */
const START_WITHIN_MS = 5_000;

const directory = await mkdtemp(join(tmpdir(), 'quorate-artifact-'));
const archive = join(directory, 'challenge.tar.gz');
const buildable = process.platform === 'linux' && process.arch === 'x64';
const built = buildable ? test.serial : test.serial.skip;
if (buildable) await buildChallenge(archive);
const missing = buildable ? await obstacle() : 'it is built on Linux x64';

test.after.always(() => rm(directory, { recursive: true, force: true }));

built('it is small, one folder, and everybody can read and run it', async (t) => {
  const { size } = await stat(archive);
  t.log(`${size} bytes`);
  t.true(size < LIMIT_BYTES);
  const entries = await unpackTar(gunzipSync(await readFile(archive)), { strict: true });
  const headers = entries.map(({ header }) => header);
  t.true(headers.every(({ name }) => name.startsWith('challenge/') && !name.includes('..')));
  t.deepEqual([...new Set(headers.map(({ uid, gid }) => `${uid}:${gid}`))], ['0:0']);
  const executables = headers.filter(({ type, mode }) => type === 'file' && mode === 0o755);
  t.deepEqual(
    executables.map(({ name }) => name),
    ['challenge/bin/challenge-executable', 'challenge/lib/ld-linux-x86-64.so.2', 'challenge/lib/node'],
  );
  for (const { name, type, mode } of headers.filter((header) => !executables.includes(header))) {
    t.is(mode, type === 'directory' ? 0o755 : 0o644, name);
  }
  const names = new Set(headers.map(({ name }) => name));
  for (const name of ['libc.so.6', 'libatomic.so.1', 'lmdb.node', 'quorate-challenge.cjs']) {
    t.true(names.has(`challenge/lib/${name}`), name);
  }
});

/** As on a machine that has nothing: see `Site`. */
function isolated(title: string, body: (t: ExecutionContext, site: Site) => Promise<void>): void {
  if (missing !== null) {
    test.serial.skip(`${title} (not here: ${missing})`, () => {});
    return;
  }
  test.serial(title, async (t) => {
    const site = await Site.create();
    try {
      await site.extract(archive);
      await body(t, site);
    } finally {
      await site.remove();
    }
  });
}

/** Waits until it answers. */
async function start(site: Site, network: Network, id: string, environment?: Environment): Promise<Program> {
  const program = site.spawn(network, [EXECUTABLE, id], environment);
  await program.answers();
  return program;
}

async function configure(network: Network): Promise<void> {
  await network.ask('POST', '/config', '{"actors": ["127.0.0.1"]}');
}

async function add(network: Network, amount: string): Promise<string> {
  return (await network.ask('POST', '/counter/a', amount)).body;
}

async function read(network: Network): Promise<string> {
  return (await network.ask('GET', '/counter/a/consistent_value')).body;
}

/** Where it said that it keeps its data. */
function dataOf({ output }: Program): string {
  return /"directory":"([^"]*)"/.exec(output)?.[1] ?? output;
}

isolated('it counts, and its data are there after kill -9, in the extracted folder', async (t, site) => {
  const network = await site.network();
  const spawned = performance.now();
  const program = await start(site, network, '1');
  const took = performance.now() - spawned;
  t.log(`answers ${Math.round(took)} ms after it was started`);
  t.true(took < START_WITHIN_MS);
  await configure(network);
  t.is(await add(network, '5'), '5');
  t.regex(dataOf(program), /^\/challenge\/quorate-65534-[0-9a-f]{16}\/1$/);
  t.is(await program.end('SIGKILL'), null);
  await start(site, network, '1');
  t.is(await read(network), '5');
});

isolated('what was started is the service itself: no shell is left, and SIGTERM ends it', async (t, site) => {
  const program = await start(site, await site.network(), '1');
  t.deepEqual(await site.processes(), [program.pid]);
  t.is(await program.end('SIGTERM'), 0);
  t.deepEqual(await site.processes(), []);
});

isolated('ids share one folder and no data', async (t, site) => {
  const networks = [await site.network(), await site.network()] as const;
  await Promise.all([start(site, networks[0], '1'), start(site, networks[1], '01')]);
  for (const network of networks) await configure(network);
  t.is(await add(networks[0], '5'), '5');
  t.is(await read(networks[1]), '0');
});

isolated('what is extracted anew, over the old, starts without data', async (t, site) => {
  const network = await site.network();
  const program = await start(site, network, '1');
  await configure(network);
  t.is(await add(network, '5'), '5');
  await program.end('SIGTERM');
  await site.extract(archive);
  await start(site, network, '1');
  t.like(await network.ask('GET', '/counter/a/value'), { status: 503 });
  await configure(network);
  t.is(await read(network), '0');
});

isolated('if its folder cannot be written, the data are found again, whatever TMPDIR is', async (t, site) => {
  const network = await site.network();
  await site.give('/challenge', 0);
  const first = await start(site, network, '1');
  t.regex(dataOf(first), /^\/tmp\/quorate-65534-[0-9a-f]{16}\/1$/);
  t.is((await stat(site.path(dirname(dataOf(first))))).mode & 0o777, 0o700);
  await configure(network);
  t.is(await add(network, '5'), '5');
  await first.end('SIGKILL');
  // Now it could write there, but its data are where they are.
  await site.give('/challenge', UID);
  for (const TMPDIR of ['/nowhere', '', 'relative', '/challenge']) {
    const next = await start(site, network, '1', { TMPDIR });
    t.is(dataOf(next), dataOf(first), TMPDIR);
    t.is(await read(network), '5');
    await next.end('SIGTERM');
  }
});

isolated('without /tmp too, TMPDIR and HOME do, and without those it says what it tried', async (t, site) => {
  await site.give('/challenge', 0);
  await chmod(site.path('/tmp'), 0o755);
  const refused = await site.run([EXECUTABLE, '1']);
  t.is(await refused.ended(), 1);
  t.regex(refused.output, /^challenge-executable: found no place for the data; QUORATE_DATA may/);
  t.regex(
    refused.output,
    /\n {2}\/challenge\/quorate-.*EACCES.*\n {2}\/var\/tmp\/quorate-.*ENOENT.*\n {2}\/tmp\/quorate-/,
  );

  const network = await site.network();
  for (const variable of ['TMPDIR', 'HOME', 'QUORATE_DATA']) {
    const place = `/a place/${variable}`;
    await mkdir(site.path(place), { recursive: true });
    await site.give(place, UID);
    const program = await start(site, network, variable, { [variable]: place });
    t.true(dataOf(program).startsWith(`${place}/`), dataOf(program));
    await program.end('SIGTERM');
  }
});

isolated('it says what it wants', async (t, site) => {
  const refusals: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /missing required argument 'id'.*Usage: challenge-executable <id>/s],
    [[''], /Expected 1 to 64 letters, digits.*Usage/s],
    [['../1'], /Expected 1 to 64 letters, digits.*Usage/s],
    [['1', '2'], /too many arguments.*Usage/s],
    [['--port', '1'], /unknown option '--port'.*Usage/s],
  ];
  for (const [args, message] of refusals) {
    const program = await site.run([EXECUTABLE, ...args]);
    t.is(await program.ended(), 1);
    t.regex(program.output, message);
  }
  const help = await site.run([EXECUTABLE, '--help']);
  t.is(await help.ended(), 0);
  t.regex(help.output, /^Usage: challenge-executable \[options\] <id>.*QUORATE_DATA.*\/var\/tmp/s);
});

isolated('it runs from anywhere, by any path without a colon, whatever the environment', async (t, site) => {
  const run = async (script: string, environment?: Environment) =>
    (await site.run(['/bin/sh', '-c', script], environment)).output;
  t.regex(await run('cd challenge/bin && sh challenge-executable --help'), /^Usage/);
  t.regex(await run('cd /tmp && PATH=/challenge/bin && challenge-executable --help'), /^Usage/);
  const environment = { NODE_OPTIONS: '--nonsense', OPENSSL_CONF: '/nowhere', LD_LIBRARY_PATH: '/nowhere' };
  t.regex(await run(`${EXECUTABLE} --help`, environment), /^Usage/);
  await rename(site.path('/challenge'), site.path('/a place'));
  t.regex(await run("'/a place/bin/challenge-executable' --help"), /^Usage/);
  await rename(site.path('/a place'), site.path('/a:place'));
  t.regex(await run('/a:place/bin/challenge-executable --help'), /expected a path without :/);
});

built('two builds are the same bytes', async (t) => {
  const again = join(directory, 'again');
  await buildChallenge(join(again, 'challenge.tar.gz'));
  const files = [archive, join(again, 'challenge.tar.gz')];
  const [first, second] = await Promise.all(files.map(async (file) => hash(await readFile(file))));
  t.is(second, first);
  t.deepEqual(await readdir(again), ['challenge.tar.gz'], 'no draft is left');
});

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
