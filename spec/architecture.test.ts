import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'ava';

/**
 * Who may import whom: each only what is named here, which is always further down. `{main, challenge} → run → node →
 * service → {http, store, transport, observe} → runtime → {counter, paxos}`; those beside each other do not know each other.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  main: ['cluster', 'run', 'config'],
  challenge: ['run', 'config', 'store', 'observe'],
  cluster: ['actors', 'paxos', 'limits'],
  run: ['node', 'config', 'scheduling', 'observe', 'limits'],
  node: ['service', 'config', 'http', 'store', 'transport', 'observe', 'limits'],
  service: ['identity', 'config', 'transport', 'observe', 'runtime', 'counter', 'paxos', 'limits'],
  identity: ['config', 'actors', 'paxos'],
  config: ['observe', 'actors', 'paxos', 'limits'],
  http: ['runtime', 'sockets', 'actors', 'paxos', 'limits'],
  store: ['runtime', 'codec', 'counter', 'paxos', 'limits'],
  transport: ['runtime', 'codec', 'sockets', 'actors', 'counter', 'paxos', 'limits'],
  observe: [],
  runtime: ['counter', 'paxos', 'limits'],
  codec: ['counter', 'paxos', 'limits'],
  actors: ['paxos'],
  counter: ['paxos', 'limits'],
  paxos: ['limits'],
  scheduling: [],
  sockets: [],
  limits: [],
};

/** Rooms whose code only computes: the same in the service, in the simulation and in the checker of traces. */
const PURE = ['paxos', 'counter', 'limits'];

const IMPURE =
  /\b(Date|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|performance|console|process|crypto|globalThis)\b/;

const WAITING = /\b(Promise|async|await)\b/;

/** The words of protocol.md have no synonyms. */
const BANNED = ['term', 'view', 'epoch', 'commit', 'decide', 'master', 'follower', 'leader', 'lease'];

/** Lines that can be read in one sitting, about. */
const LONGEST = 320;

const root = join(import.meta.dirname, '../src');

interface Source {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly string[];
}

const sources: readonly Source[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const imports = [...code.matchAll(/(?:\bfrom|\bimport\(?)\s*'([^']+)'/g)].flatMap(
      ([, name]) => name ?? [],
    );
    return { path, room: roomOf(path), text, code, imports };
  });

/** `paxos/ballot.ts` is in the room paxos, `main.ts` is one by itself. */
function roomOf(path: string): string {
  return path.split('/')[0]?.replace(/\.ts$/, '') ?? path;
}

/** The room that `source` imports as `name`; null if that is a package, or nothing of src. */
function importedRoom({ path }: Source, name: string): string | null {
  const target = relative(root, join(root, dirname(path), name));
  return name.startsWith('.') && !target.startsWith('..') ? roomOf(target) : null;
}

test('there are sources, and their imports were found', (t) => {
  t.true(sources.length > 40);
  t.true(sources.flatMap(({ imports }) => imports).length > 150);
});

test('every room has its place, and imports run one way: only down the list', (t) => {
  const rooms = Object.keys(MAY_IMPORT);
  t.deepEqual([...new Set(sources.map(({ room }) => room))].sort(), [...rooms].sort());
  rooms.forEach((room, place) => {
    for (const other of MAY_IMPORT[room] ?? [])
      t.true(rooms.indexOf(other) > place, `${room} imports ${other}`);
  });
});

test('each room imports only what it may', (t) => {
  for (const source of sources) {
    const { room, path, imports } = source;
    for (const name of imports) {
      const other = importedRoom(source, name);
      if (other === null || other === room) continue;
      t.true(MAY_IMPORT[room]?.includes(other), `${path} imports ${name}`);
    }
  }
});

test('nothing pure imports anything impure, and paxos knows no counter', (t) => {
  for (const source of sources.filter(({ room }) => PURE.includes(room))) {
    for (const name of source.imports) {
      const other = importedRoom(source, name);
      t.true(other !== null && PURE.includes(other), `${source.path} imports ${name}`);
      t.false(source.room === 'paxos' && other === 'counter', source.path);
    }
  }
});

test('nothing pure waits, reads a clock, rolls a die or logs', (t) => {
  for (const { path, room, code } of sources) {
    if (!PURE.includes(room)) continue;
    t.is(IMPURE.exec(code)?.[0], undefined, path);
    t.is(WAITING.exec(code)?.[0], undefined, path);
  }
});

test('what drives the roles gets its clock and its die as ports', (t) => {
  for (const { path, room, code, imports } of sources) {
    if (room !== 'runtime') continue;
    t.is(IMPURE.exec(code)?.[0], undefined, path);
    t.true(
      imports.every((name) => name.startsWith('.')),
      `${path} imports a package`,
    );
  }
});

test('the process is ended in run.ts only', (t) => {
  const ending = sources.filter(({ code }) => /\bprocess\.exit\b/.test(code));
  t.deepEqual(
    ending.map(({ path }) => path),
    ['run.ts'],
  );
});

test(`a file has at most ${LONGEST} lines`, (t) => {
  for (const { path, text } of sources) {
    const lines = text.split('\n').length - 1;
    t.true(lines <= LONGEST, `${path} has ${lines}: split it by role`);
  }
});

/** `commitTimeout` is `commit` and `timeout`; the setting that it names is called so by its users. */
function wordsOf(text: string): string[] {
  const names = text.replaceAll('commitTimeout', '').match(/[A-Za-z]+/g) ?? [];
  return names.flatMap((name) =>
    name
      .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(' '),
  );
}

test('protocol code has no synonyms for the words of the protocol, not even in comments', (t) => {
  for (const { path, room, text } of sources.filter((source) => ['paxos', 'counter'].includes(source.room))) {
    const words = new Set(wordsOf(text));
    for (const banned of BANNED) {
      for (const word of [banned, `${banned}s`, `${banned}d`, `${banned}ed`, `${banned}ted`]) {
        t.false(words.has(word), `${room}: ${path} says ${word}`);
      }
    }
  }
});
