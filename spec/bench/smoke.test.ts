/** Runs the real thing, on real processes, as short as can be. Its figures mean nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { demandDisk } from '../../bench/during.ts';
import { parseResults } from '../../bench/report/line.ts';
import { demandUsualScheduling } from '../../bench/report/machine.ts';

/** Nothing is measured where a bench would refuse to: by a batch, or on a directory in memory. */
function canMeasure(): boolean {
  try {
    demandUsualScheduling();
    demandDisk();
    return true;
  } catch {
    return false;
  }
}

const measuring = canMeasure() ? test.serial : test.serial.skip;
const MAIN = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));

function start(t: ExecutionContext, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...environment } });
  const ended = once(child, 'close').then(([code]) => Number(code));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  t.teardown(() => child.kill('SIGKILL'));
  return { child, ended, said: () => said };
}

/** The lines of the one run. */
async function results(t: ExecutionContext, ...args: string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-spec-bench-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const { ended, said } = start(t, [...args, '--results', directory]);
  t.is(await ended, 0, said());
  const files = await readdir(directory);
  const [file = ''] = files.filter((name) => name.endsWith('.jsonl'));
  t.true(files.some((name) => name.endsWith('.md')));
  return { lines: parseResults(await readFile(join(directory, file), 'utf8')), said: said() };
}

measuring('latency measures increments beside what bounds them, and ends with the sums', async (t) => {
  const { lines, said } = await results(
    t,
    'latency',
    '--seconds',
    '0.5',
    '--warm-up',
    '0',
    '--run-in',
    '0.2',
    '--durability',
    'disk',
  );
  const measured = lines.filter((line) => line.type === 'measurement');
  t.is(measured.length, 5);
  t.true(measured.every(({ operations, latency }) => operations > 0 && latency.p50 <= latency.max));
  t.true(lines.some((line) => line.type === 'sums' && Number(line.acknowledged) > 1));
  t.regex(said, /bar at most 1\.5: [\d.]+ (not )?met/);
  const figures = lines.filter((line) => line.type === 'figure');
  const parts = figures.filter(({ name }) => name.includes('at the holder, traced'));
  t.is(parts.length, 7);
  const [network] = parts.filter(({ name }) => name.endsWith('network'));
  t.true((network?.value ?? 0) > 0, 'the way to the other voter and back');
});

measuring('throughput does, with traces that the specification allows', async (t) => {
  const args = [
    '--brief',
    '--seconds',
    '1',
    '--warm-up',
    '0',
    '--run-in',
    '0.2',
    '--durability',
    'process',
    '--traced',
  ];
  const { lines } = await results(t, 'throughput', ...args);
  const measured = lines.filter((line) => line.type === 'measurement');
  t.is(measured.length, 5);
  t.true(measured.every(({ operations }) => operations > 0));
  const [, quorate] = measured;
  t.true(lines.some((line) => line.type === 'bar' && line.name.includes('256 clients, of 64 clients')));
  t.true((quorate?.cpu.servers ?? 0) > 0 && (quorate?.cpu.generator ?? 0) > 0);
  t.true(lines.some((line) => line.type === 'sums'));
});

test.serial('what it does not understand ends with 2 and says why', async (t) => {
  for (const args of [
    ['nonsense'],
    ['latency', '--seconds', 'x'],
    ['--rate', '0'],
    ['--nonsense'],
    ['compare', '--actors', '5'],
  ]) {
    const { ended, said } = start(t, args);
    t.is(await ended, 2, args.join(' '));
    t.regex(said(), /error: /);
  }
});

measuring('an interrupted run leaves no process and no file', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-spec-bench-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const { child, ended, said } = start(t, ['hot', '--results', join(directory, 'results')], {
    TMPDIR: directory,
  });
  const isMeasuring = async () => (await commands()).filter((one) => one.includes(directory)).length > 3;
  while (!(await isMeasuring())) await pause(50);
  child.kill('SIGINT');
  t.is(await ended, 130, said());
  t.deepEqual(
    (await commands()).filter((one) => one.includes(directory)),
    [],
  );
  t.deepEqual(await readdir(directory), ['results']);
});

/** Of all processes that run here. */
async function commands(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
}
