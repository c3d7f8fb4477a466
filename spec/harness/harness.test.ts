import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { buildChallenge } from '../../scripts/challenge.ts';
import { eventually } from '../cluster/processes.ts';
import { missing } from './network.ts';
import { missedDemands, show } from './report.ts';
import { type RunOptions, runScenario } from './run.ts';
import { scenarioNamed, scenarios } from './scenarios/index.ts';

const run = promisify(execFile);

/** Those of the harness that are short and tell most; they are shortened further. */
const SCENARIOS = ['smoke', 'majority-minority', 'kill-all', 'one-way', 'late-config'];
const SHORTENED = 0.4;

const reason = missing();

test('scenarios have names of their own, and say what they are for', (t) => {
  t.is(new Set(scenarios.map(({ name }) => name)).size, scenarios.length);
  for (const { goal } of scenarios) t.true(goal.length > 60);
  t.throws(() => scenarioNamed('no-such'), { message: /there is no scenario no-such; there are smoke, / });
});

if (reason !== null) {
  test.skip(`the artifact in network namespaces: skipped, ${reason}`, () => {});
} else {
  let directory = '';
  test.before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'quorate-artifact-'));
    await buildChallenge(join(directory, 'challenge.tar.gz'));
  });
  test.after.always(() => rm(directory, { recursive: true, force: true }));

  const options = (): RunOptions => ({
    tarball: join(directory, 'challenge.tar.gz'),
    seed: Number(process.env.QUORATE_SEED ?? Date.now() % 1_000_000),
    cut: 'drop',
    scale: SHORTENED,
  });

  for (const name of SCENARIOS) {
    test.serial(`the artifact in network namespaces: ${name}`, async (t) => {
      const report = await runScenario(scenarioNamed(name), options());
      t.log(show(report));
      // How fast it was depends on what else this machine does, so it is shown and not demanded.
      for (const missed of missedDemands(report)) t.log(`slow: ${missed}`);
      if (report.violations.length > 0) t.log(report.logs.join('\n'));
      t.deepEqual(report.violations, []);
      t.true((report.tally['increment counted'] ?? 0) > 0);
      const cutOff = report.availability.filter(({ side }) => side === 'minority');
      for (const { outcomes } of cutOff) t.is(outcomes.counted ?? 0, 0, 'the cut is none');
      t.deepEqual(await leftovers(), []);
    });
  }

  test.serial('nothing is left behind by a scenario that fails', async (t) => {
    const failing = {
      ...scenarioNamed('smoke'),
      nodes: 3,
      run: () => Promise.reject(new Error('as intended')),
    };
    await t.throwsAsync(runScenario(failing, options()), { message: 'as intended' });
    t.deepEqual(await leftovers(), []);
  });

  test.serial('nothing is left behind by a harness that is interrupted', async (t) => {
    const { tarball } = options();
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const results = join(directory, 'results.jsonl');
    const args = [main, 'smoke', '--tarball', tarball, '--results', results];
    const harness = spawn(process.execPath, args, { stdio: 'ignore' });
    await eventually('it has made its network', async () =>
      (await leftovers(harness.pid)).some((name) => name.endsWith('-5')) ? true : null,
    );
    harness.kill('SIGTERM');
    const [code] = await once(harness, 'exit');
    t.is(code, 130);
    t.deepEqual(await leftovers(harness.pid), []);
  });
}

/** Namespaces, links and directories of a process. */
async function leftovers(pid = process.pid): Promise<string[]> {
  const { stdout: namespaces } = await run('ip', ['netns', 'list']);
  const { stdout: links } = await run('ip', ['-oneline', 'link']);
  const directories = await readdir(tmpdir());
  return [
    ...namespaces
      .split('\n')
      .map((line) => line.split(' ')[0] ?? '')
      .filter((line) => line.startsWith(`quorate-${pid}-`)),
    ...links.split('\n').filter((line) => line.includes(` q${pid}@`)),
    ...directories.filter((name) => name.startsWith(`quorate-harness-${pid}-`)),
  ];
}
