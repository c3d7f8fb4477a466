import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import manifest from '../package.json' with { type: 'json' };
import { NODE_FLAGS } from '../src/limits.ts';
import { ActorProcess, eventually, freePorts } from './cluster/processes.ts';

const LAUNCHER = fileURLToPath(new URL('../src/quorate.mjs', import.meta.url));

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [LAUNCHER, ...args], { env: { ...process.env, ...environment } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = await once(child, 'close');
  return { code: Number(code), output };
}

test.serial('what starts an actor by a command line of its own has the flags of all actors', async (t) => {
  const challenge = new URL('../challenge-skel/challenge/bin/challenge-executable', import.meta.url);
  for (const text of [manifest.scripts.quorate, await readFile(challenge, 'utf8')]) {
    t.true(text.includes(` ${NODE_FLAGS.join(' ')} `), text);
  }
});

/** The Node of this machine, if it cannot run the service. */
const OLD_NODE = '/usr/bin/node';
const [, oldMajor = ''] = /^v(\d+)/.exec(spawnSync(OLD_NODE, ['--version']).stdout?.toString() ?? '') ?? [];
const withOldNode = oldMajor !== '' && Number(oldMajor) < 24 ? test : test.skip;

withOldNode(`a Node that is too old says so (needs one as ${OLD_NODE})`, (t) => {
  const { status, stderr } = spawnSync(OLD_NODE, [LAUNCHER, '--version']);
  t.is(status, 1);
  t.regex(stderr.toString(), /^quorate needs Node\.js 24\.9 or newer, this is v\d+\.\d+\.\d+\./);
});

test.serial('--version and --help', async (t) => {
  t.deepEqual(await run(['--version']), { code: 0, output: `${manifest.version}\n` });
  const { code, output } = await run(['start', '--help']);
  t.is(code, 0);
  for (const flag of [
    'listen',
    'advertise',
    'data',
    'durability',
    'minority',
    'commit-timeout',
    'read-timeout',
    'scheduling',
    'log-level',
  ]) {
    t.true(output.includes(`--${flag}`), flag);
    t.true(output.includes(`QUORATE_${flag.toUpperCase().replace('-', '_')}`), flag);
  }
});

const refusals: readonly [
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  message: RegExp,
][] = [
  [['start'], {}, /missing required argument 'id'/],
  [['start', '../1'], {}, /Expected 1 to 64 letters, digits/],
  [['start', '1', '2'], {}, /too many arguments/],
  [['start', '1', '--listen', '7777'], {}, /Expected an address and a port, like 0\.0\.0\.0:7777/],
  [['start', '1', '--listen', '127.0.0.1:70000'], {}, /Expected an address and a port/],
  [['start', '1', '--advertise', 'db.example'], {}, /is not an IPv4 or IPv6 address/],
  [['start', '1', '--durability', 'none'], {}, /Allowed choices are disk, process/],
  [
    ['start', '1'],
    { QUORATE_DURABILITY: 'none' },
    /from env 'QUORATE_DURABILITY'.*Allowed choices are disk, process/,
  ],
  [['start', '1', '--minority', 'maybe'], {}, /Allowed choices are accept, refuse/],
  [['start', '1', '--commit-timeout', '1'], {}, /Expected a duration from 10ms to 10m, like 500ms/],
  [['start', '1'], { QUORATE_READ_TIMEOUT: '1h' }, /QUORATE_READ_TIMEOUT.*Expected a duration/],
  [['start', '1', '--data', ''], {}, /Expected the path of a directory/],
  [['start', '1', '--scheduling', 'idle'], {}, /Allowed choices are batch, normal/],
  [['start', '1', '--log-level', 'all'], {}, /Allowed choices are error, warn, info, debug/],
  [['start', '1', '--fast'], {}, /unknown option '--fast'/],
  [['cluster', '--actors', '0'], {}, /Expected a number of actors from 1 to 128/],
  [['stop'], {}, /unknown command 'stop'/],
];

for (const [args, environment, message] of refusals) {
  test.serial(`refuses: ${JSON.stringify(environment)} quorate ${args.join(' ')}`, async (t) => {
    const { code, output } = await run(args, environment);
    t.not(code, 0);
    t.regex(output, message);
  });
}

async function temporary(t: { teardown(clean: () => Promise<void>): void }): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'quorate-cli-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test.serial(
  'a second process on one data directory refuses; SIGTERM and SIGINT end the first with exit code 0',
  async (t) => {
    const data = await temporary(t);
    const [port = 0] = await freePorts(1);
    const actor = new ActorProcess('1', port, data, []);
    t.teardown(() => actor.end('SIGKILL'));
    await actor.start();
    const { code, output } = await run(['start', '1', '--data', data, '--listen', '127.0.0.1:0']);
    t.not(code, 0);
    t.regex(output, /another process.*uses this data directory/);
    t.true(output.includes(join(data, '1')));
    t.is(await actor.end('SIGTERM'), 0);
    await actor.start();
    t.is(await actor.end('SIGINT'), 0);
  },
);

test.serial('a process that is started before its predecessor has ended waits for it', async (t) => {
  const data = await temporary(t);
  const [port = 0] = await freePorts(1);
  const [first, second] = [new ActorProcess('1', port, data, []), new ActorProcess('1', port, data, [])];
  t.teardown(() => Promise.all([first.end('SIGKILL'), second.end('SIGKILL')]).then(() => {}));
  await first.start();
  await first.ask('POST', '/config', JSON.stringify({ actors: [first.actor] }));
  await first.ask('POST', '/counter/a', '3');
  const started = second.start();
  await eventually('it waits', async () => (second.log.includes('waiting for another') ? true : null));
  t.is(await first.end('SIGTERM'), 0);
  await started;
  await second.ready();
  t.is((await second.ask('GET', '/counter/a/consistent_value')).body, '3');
});

/** Of all threads; sched(7) names them: 0 is SCHED_OTHER, 3 is SCHED_BATCH. */
async function policies(pid: number): Promise<number[]> {
  const tasks = `/proc/${pid}/task`;
  const stats = (await readdir(tasks)).map((task) => readFile(join(tasks, task, 'stat'), 'utf8'));
  // The name of a thread, in parentheses, may have anything in it; the policy is the 39th field after it.
  return (await Promise.all(stats)).map((stat) =>
    Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38]),
  );
}

const hasChrt = spawnSync('chrt', ['--version']).status === 0 && process.platform === 'linux';

for (const [scheduling, policy] of [
  ['batch', 3],
  ['normal', null],
] as const) {
  (hasChrt ? test.serial : test.serial.skip)(
    `all threads of an actor are scheduled as ${scheduling}`,
    async (t) => {
      const [port = 0] = await freePorts(1);
      const actor = new ActorProcess('1', port, await temporary(t), ['--scheduling', scheduling]);
      t.teardown(() => actor.end('SIGKILL'));
      await actor.start();
      await actor.ask('POST', '/config', JSON.stringify({ actors: [actor.actor] }));
      await actor.ask('POST', '/counter/a', '1');
      const found = await policies(actor.pid);
      t.true(found.length > 1);
      // Normal is as it was started: by somebody who may be scheduled in another way.
      const expected = policy === null ? await policies(process.pid) : [policy];
      t.deepEqual(new Set(found), new Set(expected));
    },
  );
}

test.serial('an actor that cannot be scheduled as a batch serves all the same, and says why', async (t) => {
  const [port = 0] = await freePorts(1);
  const actor = new ActorProcess('1', port, await temporary(t), ['--log-level', 'debug']);
  t.teardown(() => actor.end('SIGKILL'));
  const { PATH } = process.env;
  process.env.PATH = '';
  try {
    await actor.start();
  } finally {
    process.env.PATH = PATH;
  }
  t.regex(actor.log, /not scheduled as a batch.*chrt ENOENT/);
});

test.serial('two ids with the same --data do not share anything', async (t) => {
  const data = await temporary(t);
  const ports = await freePorts(2);
  const actors = ports.map((port, index) => new ActorProcess(String(index + 1), port, data, []));
  t.teardown(async () => {
    await Promise.all(actors.map((actor) => actor.end('SIGKILL')));
  });
  await Promise.all(actors.map((actor) => actor.start()));
  for (const actor of actors) await actor.ask('POST', '/config', JSON.stringify({ actors: [actor.actor] }));
  t.is((await actors[0]?.ask('POST', '/counter/a', '1'))?.body, '1');
  t.is((await actors[1]?.ask('GET', '/counter/a/consistent_value'))?.body, '0');
  t.deepEqual((await readdir(data)).sort(), ['1', '2']);
});

test.serial('a port that is taken is named', async (t) => {
  const data = await temporary(t);
  const [port = 0] = await freePorts(1);
  const actor = new ActorProcess('1', port, data, []);
  t.teardown(() => actor.end('SIGKILL'));
  await actor.start();
  const { code, output } = await run(['start', '2', '--data', data, '--listen', `127.0.0.1:${port}`]);
  t.not(code, 0);
  t.regex(output, new RegExp(`cannot listen on 127\\.0\\.0\\.1, port ${port}`));
});

test.serial('quorate cluster prints what to try, serves, and leaves nothing behind', async (t) => {
  const temporaries = await temporary(t);
  const child = spawn(process.execPath, [LAUNCHER, 'cluster'], {
    env: { ...process.env, TMPDIR: temporaries },
  });
  t.teardown(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await eventually('it says what to try', async () => (output.includes('Ctrl-C') ? true : null));
  const [add = '', , read = ''] = [...output.matchAll(/^ {2}curl .*?(http:\S+)/gm)].map(([, url]) => url);
  t.is(await (await fetch(add, { method: 'POST', body: '5' })).text(), '5');
  t.is(await (await fetch(read)).text(), '5');
  const pids = [...output.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
  t.is(pids.length, 3);
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  t.is(code, 0);
  for (const pid of pids) t.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  t.deepEqual(await readdir(temporaries), []);
});
