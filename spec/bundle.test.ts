import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import manifest from '../package.json' with { type: 'json' };
import { ActorProcess, freePorts } from './cluster/processes.ts';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

test('the bundle runs without node_modules: it counts, and its data are there after a restart', async (t) => {
  await execute('npm', ['run', 'build'], { cwd: root });
  const directory = await mkdtemp(join(tmpdir(), 'quorate-bundle-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  await cp(join(root, 'dist'), directory, { recursive: true });
  const program = join(directory, 'quorate.mjs');
  t.is((await execute(process.execPath, [program, '--version'])).stdout, `${manifest.version}\n`);

  const [port = 0] = await freePorts(1);
  const actor = new ActorProcess('1', port, join(directory, 'data'), [], program);
  t.teardown(() => actor.end('SIGKILL'));
  await actor.start();
  await actor.ask('POST', '/config', JSON.stringify({ actors: [actor.actor] }));
  await actor.ready();
  t.is((await actor.ask('POST', '/counter/a', '5')).body, '5');
  t.is(await actor.end('SIGTERM'), 0);
  await actor.start();
  await actor.ready();
  t.is((await actor.ask('GET', '/counter/a/consistent_value')).body, '5');
});
