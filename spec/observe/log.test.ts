import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

const LOG = fileURLToPath(new URL('../../src/observe/log.ts', import.meta.url));
/** Logs whenever it is told to, and says so on stdout. */
const PROGRAM = `
  const { createLog } = await import(process.argv[1]);
  const log = createLog('info', { id: '1' });
  process.stdin.on('data', () => {
    log('info', 'told', { percent: '%s' });
    setImmediate(() => process.stdout.write('alive\\n'));
  });
`;

test('one line of JSON per event', async (t) => {
  const child = spawn(process.execPath, ['--eval', PROGRAM, LOG]);
  t.teardown(() => child.kill());
  child.stdin.end('\n');
  const [line] = await once(child.stderr, 'data');
  t.like(JSON.parse(String(line)), { level: 'info', message: 'told', id: '1', percent: '%s' });
});

test('whoever stops to read the log does not stop the program', async (t) => {
  const child = spawn(process.execPath, ['--eval', PROGRAM, LOG]);
  t.teardown(() => child.kill());
  child.stderr.destroy();
  await once(child.stderr, 'close');
  for (const time of [1, 2, 3]) {
    child.stdin.write('\n');
    const [said] = await once(child.stdout, 'data');
    t.is(String(said), 'alive\n', `${time}`);
  }
});

(existsSync('/dev/full') ? test : test.skip)('a log that is full does not stop the program', async (t) => {
  const command = `"${process.execPath}" --eval "$PROGRAM" "${LOG}" 2>/dev/full`;
  const running = promisify(execFile)('/bin/sh', ['-c', `echo | ${command}`], {
    env: { ...process.env, PROGRAM },
  });
  t.is((await running).stdout, 'alive\n');
});
