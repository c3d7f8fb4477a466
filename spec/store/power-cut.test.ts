/**
 * One life of a store after the other, each of them cut short anywhere: by a kill, which leaves what is not flushed in memory
 * for the next life, or by a power cut, which leaves any part of it. Whatever was acknowledged, or seen by a store that had
 * opened, is there in every later life, and each write is whole or not there.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { Store, StoreWrite } from '../../src/runtime/ports.ts';
import { backlog, chosen, counterWrite, persist } from './samples.ts';
import { type Draw, record, recordEverything, recorded, SimulatedDisk } from './simulated-disk.ts';
import { temporaryDirectory } from './temporary.ts';

recordEverything();
const { openLmdbStore } = await import('../../src/store/lmdb-store.ts');

const SEEDS = 4;
const LIVES = 40;
const JOURNAL = 12_288;
const DURABLE: ReadonlySet<string> = new Set(['flushed', 'directory flushed', 'LMDB has it']);
/** More records than LMDB takes over at once. */
const MANY = 300;

const reopen = (directory: string) => openLmdbStore({ directory, durability: 'disk', journalBytes: JOURNAL });

function drawing(seed: number): Draw {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** What the writes so far come to: the slot of each counter and the number of its last change. */
interface Content {
  readonly counters: ReadonlyMap<string, { readonly slot: number; readonly change: number }>;
  readonly lastChange: number;
}

const empty: Content = { counters: new Map(), lastChange: 0 };

/** The counter `last` is in every write and tells which one was the last. */
function nextWrite({ counters, lastChange }: Content, slot: number, draw: Draw) {
  const names = ['last', `c${draw(8)}`];
  if (draw(12) === 0) names.push(...Array.from({ length: MANY }, (_, at) => `many${at}`));
  const total = 10n ** BigInt(draw(3) === 0 ? draw(20_000) : 20);
  const after = new Map(counters);
  const writes = names.map((name, at) => {
    const previousChange = counters.get(name)?.change ?? 0;
    const change = lastChange + at + 1;
    after.set(name, { slot, change });
    return counterWrite(name, chosen(slot, name === 'last' ? total : 1n), change, previousChange);
  });
  const write: StoreWrite = {
    counters: writes,
    backlogs: [{ counter: 'last', backlog: slot % 3 === 0 ? null : backlog(slot) }],
    membership: draw(8) === 0 ? { actors: [String(slot)], self: String(slot), peers: {} } : null,
  };
  return { write, content: { counters: after, lastChange: lastChange + names.length } };
}

function contentOf(store: Store): Content {
  const numbers = store.changes(0, 10_000);
  return {
    counters: new Map(
      numbers.map(({ number, counter }) => {
        const slot = store.load(counter)?.register.mark?.slot ?? 0;
        return [counter, { slot, change: number }];
      }),
    ),
    lastChange: store.lastChange(),
  };
}

for (let seed = 1; seed <= SEEDS; seed += 1) {
  test.serial(`kills and power cuts, seed ${seed}`, async (t) => {
    t.timeout(60_000);
    const above = await temporaryDirectory(t);
    const draw = drawing(seed);
    const first = join(above, 'first');
    await (await reopen(first)).close();
    const disk = new SimulatedDisk(first);
    recorded();
    /** By the slot of its last write: what may be there. Slots are never used twice. */
    const possible = new Map([[0, empty]]);
    let slot = 0;
    let incarnation = 1;
    for (let life = 0; life < LIVES; life += 1) {
      const directory = join(above, String(life));
      await disk.show(directory);
      const store = await reopen(directory);
      t.true(store.incarnation > incarnation, `incarnation ${store.incarnation} after ${incarnation}`);
      const found = store.load('last')?.register.vote?.slot ?? 0;
      let content = possible.get(found);
      if (content === undefined) return t.fail(`life ${life}: write ${found}, of ${[...possible.keys()]}`);
      t.deepEqual(sorted(contentOf(store)), sorted(content));
      for (const [name, each] of content.counters)
        t.is(store.load(name)?.register.vote?.slot, each.slot, name);
      t.deepEqual(store.load('last')?.backlog ?? null, found % 3 === 0 ? null : backlog(found));
      record({ type: 'opened', number: found });
      const contents = new Map([[found, content]]);
      for (let writes = draw(3) === 0 ? 0 : draw(10); writes > 0; writes -= 1) {
        slot += 1;
        const next = nextWrite(content, slot, draw);
        content = next.content;
        contents.set(slot, content);
        record({ type: 'begun', number: slot });
        await persist(store, next.write);
        record({ type: 'acknowledged', number: slot });
        // While LMDB takes over, too.
        t.deepEqual(sorted(contentOf(store)), sorted(content));
      }
      await store.close();
      const events = recorded();
      const cut = cutOf(events, draw);
      const past = events.slice(0, cut);
      const coming = events.slice(cut).find((event) => event.type === 'LMDB has it');
      disk.kill(past, coming?.content ?? null, draw);
      if (draw(2) === 0) disk.cutPower(draw);
      for (const event of past) {
        if (event.type === 'opened') incarnation = store.incarnation;
        if (event.type === 'opened' || event.type === 'acknowledged') possible.clear();
        if (event.type === 'opened' || event.type === 'begun' || event.type === 'acknowledged') {
          possible.set(event.number, contents.get(event.number) ?? empty);
        }
      }
      await rm(directory, { recursive: true });
    }
  });
}

test.serial('before a start uses a file of the journal again, LMDB has durably what it says', async (t) => {
  const directory = await temporaryDirectory(t);
  await (await reopen(directory)).close();
  recorded();
  // That LMDB has the generation before may be in memory only: a process that was killed has not waited for its flush.
  await (await reopen(directory)).close();
  const order = recorded().map(({ type }) => type);
  t.true(order.indexOf('LMDB has it') >= 0);
  t.true(order.indexOf('LMDB has it') < order.indexOf('created'), order.join(', '));
});

test.serial('a generation has durably begun before LMDB takes over the one before', async (t) => {
  const directory = await temporaryDirectory(t);
  const store = await reopen(directory);
  recorded();
  const total = 10n ** 10_000n;
  // Two generations in files that are made for them, and two in those same files.
  for (let slot = 1; slot <= 12; slot += 1) {
    await persist(store, {
      counters: [counterWrite('a', chosen(slot, total), slot, slot - 1)],
      backlogs: [],
      membership: null,
    });
    record({ type: 'acknowledged', number: slot });
  }
  await store.close();
  const order = recorded().map(({ type }) => type);
  // Of each two transactions, the first has the records, the second says which generation is next.
  const begins = order
    .flatMap((type, at) => (type === 'LMDB begins' ? [at] : []))
    .filter((_, at) => at % 2 === 0);
  t.true(begins.length >= 4);
  for (const at of begins) {
    const before = order.slice(order.lastIndexOf('acknowledged', at) + 1, at);
    t.is(before.at(-1), before.includes('created') ? 'directory flushed' : 'flushed', before.join(', '));
  }
});

/** After so many events. Every other time before the store has opened; mostly just before something would be durable. */
function cutOf(events: ReturnType<typeof recorded>, draw: Draw): number {
  const until = draw(2) === 0 ? events.findIndex(({ type }) => type === 'opened') : events.length;
  const risky = events.flatMap(({ type }, at) => (at < until && DURABLE.has(type) ? [at] : []));
  return draw(4) === 0 ? draw(until + 1) : (risky[draw(risky.length)] ?? until);
}

function sorted({ counters, lastChange }: Content) {
  return { counters: [...counters].sort(([a], [b]) => (a < b ? -1 : 1)), lastChange };
}
