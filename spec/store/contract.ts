/** What every store promises to the runtime. One suite for all of them. */
import test, { type ExecutionContext } from 'ava';
import type { Membership, Store } from '../../src/runtime/ports.ts';
import { backlog, backlogsOf, chosen, counterWrite, nothing, persist, vote, writeOf } from './samples.ts';

/** Where a store lives; what is durable there survives the stores that are opened on it. */
export interface Place {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

const nobody = { promise: null, vote: null, mark: null };

export function storeContract(name: string, createPlace: () => Promise<Place>): void {
  function promise(title: string, body: (t: ExecutionContext, store: Store, place: Place) => Promise<void>) {
    test(`${name}: ${title}`, async (t) => {
      const place = await createPlace();
      t.teardown(() => place.remove());
      const store = await place.open();
      t.teardown(() => store.close());
      await body(t, store, place);
    });
  }

  promise('a new store knows nothing and is in its first incarnation', async (t, store) => {
    t.is(store.incarnation, 1);
    t.is(store.membership, null);
    t.is(store.lastChange(), 0);
    t.false(store.holdsCounters());
    t.is(store.load('hits'), null);
    t.is(store.mark('hits'), null);
    t.deepEqual(store.changes(0, 10), []);
    t.deepEqual(store.backlogs(null, 10), []);
  });

  promise('every part of a register is loaded as it was written', async (t, store) => {
    const ballot = { round: 9, actor: '10.0.0.3:7778' };
    const registers = {
      promised: { ...nobody, promise: ballot },
      voted: { ...nobody, promise: ballot, vote: vote(1) },
      marked: { promise: ballot, vote: vote(3), mark: vote(2) },
      learned: { ...nobody, mark: vote(4) },
      chosen: chosen(5),
    };
    const counters = Object.entries(registers).map(([counter, register]) => counterWrite(counter, register));
    await persist(store, writeOf(...counters));
    for (const [counter, register] of Object.entries(registers)) {
      t.deepEqual(store.load(counter), { register, change: 0, backlog: null });
      t.deepEqual(store.mark(counter), register.mark);
    }
    t.true(store.holdsCounters());
  });

  promise('the last write of a counter is the one that is loaded', async (t, store) => {
    await persist(store, writeOf(counterWrite('hits', chosen(1))));
    await persist(store, writeOf(counterWrite('hits', chosen(2))));
    t.deepEqual(store.load('hits')?.register, chosen(2));
  });

  promise('totals are exact, to thousands of digits', async (t, store) => {
    const totals = [
      0n,
      1n,
      2n ** 52n - 1n,
      2n ** 52n,
      2n ** 53n - 1n,
      2n ** 53n,
      2n ** 64n,
      10n ** 5_000n + 7n,
    ];
    await persist(store, writeOf(...totals.map((total, at) => counterWrite(`c${at}`, chosen(1, total)))));
    for (const [at, total] of totals.entries()) {
      t.deepEqual(store.load(`c${at}`)?.register, chosen(1, total));
    }
  });

  promise('changes are told in order, above a number, up to a limit', async (t, store) => {
    const numbers = [1, 2, 3, 300, 70_000, 2 ** 40];
    await persist(
      store,
      writeOf(...numbers.map((number) => counterWrite(`c${number}`, chosen(number), number))),
    );
    const all = numbers.map((number) => ({ number, counter: `c${number}` }));
    t.deepEqual(store.changes(0, 10), all);
    t.deepEqual(store.changes(2, 10), all.slice(2));
    t.deepEqual(store.changes(2, 2), all.slice(2, 4));
    t.deepEqual(store.changes(299, 1), all.slice(3, 4));
    t.deepEqual(store.changes(2 ** 40, 10), []);
    t.is(store.lastChange(), 2 ** 40);
  });

  promise('a newer change of a counter replaces the one before', async (t, store) => {
    await persist(store, writeOf(counterWrite('a', chosen(1), 1), counterWrite('b', chosen(1), 2)));
    await persist(store, writeOf(counterWrite('a', chosen(2), 3, 1)));
    t.deepEqual(store.changes(0, 10), [
      { number: 2, counter: 'b' },
      { number: 3, counter: 'a' },
    ]);
    t.deepEqual(store.load('a')?.register, chosen(2));
    t.is(store.load('a')?.change, 3);
    t.is(store.lastChange(), 3);
  });

  promise('a write that changes no mark leaves its change alone', async (t, store) => {
    await persist(store, writeOf(counterWrite('a', chosen(1), 1)));
    await persist(store, writeOf(counterWrite('a', { ...chosen(1), vote: vote(2) }, 1, 1)));
    t.deepEqual(store.changes(0, 10), [{ number: 1, counter: 'a' }]);
    t.is(store.load('a')?.change, 1);
  });

  promise('202 records are loaded with their counter, also where it has no register', async (t, store) => {
    const backlogs = [{ counter: 'a', backlog: backlog(1) }];
    await persist(store, { ...writeOf(counterWrite('a', chosen(1))), backlogs });
    await persist(store, backlogsOf({ counter: 'b', backlog: { sealed: null, open: null } }));
    t.deepEqual(store.load('a'), { register: chosen(1), change: 0, backlog: backlog(1) });
    t.deepEqual(store.load('b'), { register: nobody, change: 0, backlog: { sealed: null, open: null } });
    t.is(store.mark('b'), null);
  });

  promise('202 records alone are counters held, until they are removed', async (t, store) => {
    await persist(store, backlogsOf({ counter: 'a', backlog: backlog(1) }));
    t.true(store.holdsCounters());
    await persist(store, backlogsOf({ counter: 'a', backlog: null }, { counter: 'unknown', backlog: null }));
    t.false(store.holdsCounters());
    t.is(store.load('a'), null);
  });

  promise(
    'names with 202 records are told in the order of their bytes, after a name, up to a limit',
    async (t, store) => {
      // By UTF-16 units, as JavaScript compares, the last two would change places.
      const names = ['\0', '\0\0', 'A', 'a', 'aa', 'b', '\u{ff5e}', '\u{1f600}'];
      const shuffled = [5, 0, 7, 2, 4, 1, 6, 3].map((at) => names[at] ?? '');
      await persist(store, backlogsOf(...shuffled.map((counter) => ({ counter, backlog: backlog(1) }))));
      t.deepEqual(store.backlogs(null, 100), names);
      t.deepEqual(store.backlogs(null, 3), names.slice(0, 3));
      t.deepEqual(store.backlogs('a', 2), ['aa', 'b']);
      t.deepEqual(store.backlogs('aaa', 100), names.slice(5));
      t.deepEqual(store.backlogs('\u{1f600}', 100), []);
    },
  );

  promise('a name may be any Unicode of 1 to 512 bytes', async (t, store) => {
    const names = ['\0', '\ufeffhits', 'é', 'e\u0301', '\u{1f600}', '/', 'x'.repeat(512), '€'.repeat(170)];
    await persist(store, writeOf(...names.map((name, at) => counterWrite(name, chosen(at + 1), at + 1))));
    for (const [at, name] of names.entries()) t.deepEqual(store.load(name)?.register, chosen(at + 1));
    t.deepEqual(
      store.changes(0, 100).map(({ counter }) => counter),
      names,
    );
  });

  for (const [kind, name] of [
    ['empty', ''],
    ['too long', 'x'.repeat(513)],
    ['malformed', '\ud800'],
  ] as const) {
    promise(`a name that is ${kind} fails the store, and nothing of that write is kept`, async (t, store) => {
      await persist(store, writeOf(counterWrite('a', chosen(1))));
      const write = writeOf(counterWrite('a', chosen(2)), counterWrite(name, chosen(1)));
      const error = await t.throwsAsync(persist(store, write));
      t.deepEqual(store.load('a')?.register, chosen(1));
      t.is(await t.throwsAsync(persist(store, writeOf(counterWrite('a', chosen(3))))), error);
      t.deepEqual(store.load('a')?.register, chosen(1));
    });
  }

  promise('done is called once, and never before write returns', async (t, store) => {
    for (const write of [writeOf(counterWrite('a', chosen(1))), nothing]) {
      const events: string[] = [];
      await new Promise<void>((resolve) => {
        store.write(write, (error) => {
          events.push(`done ${error}`);
          resolve();
        });
        events.push('returned');
      });
      await persist(store, nothing);
      t.deepEqual(events, ['returned', 'done null']);
    }
  });

  promise('nothing is seen of a write before it is durable, and all of it then', async (t, store) => {
    const counters = Array.from({ length: 3_000 }, (_, at) => counterWrite(`c${at}`, chosen(1), at + 1));
    const written = persist(store, {
      ...writeOf(...counters),
      backlogs: [{ counter: 'c0', backlog: backlog(1) }],
    });
    t.is(store.load('c0'), null);
    t.is(store.lastChange(), 0);
    await written;
    t.true(counters.every(({ counter }) => store.load(counter) !== null));
    t.is(store.changes(0, 10_000).length, 3_000);
    t.is(store.lastChange(), 3_000);
  });

  promise('a second write before the first is done is a broken invariant', async (t, store) => {
    const first = persist(store, writeOf(counterWrite('a', chosen(1))));
    t.throws(() => store.write(nothing, () => t.fail()), { message: /a write is under way/ });
    await first;
    await persist(store, writeOf(counterWrite('a', chosen(2))));
    t.deepEqual(store.load('a')?.register, chosen(2));
  });

  promise('done may begin the next write', async (t, store) => {
    await new Promise<void>((resolve) => {
      store.write(writeOf(counterWrite('a', chosen(1))), () => {
        store.write(writeOf(counterWrite('a', chosen(2))), () => resolve());
      });
    });
    t.deepEqual(store.load('a')?.register, chosen(2));
  });

  promise('close waits for the write under way; later writes are refused', async (t, store, place) => {
    const events: string[] = [];
    const written = persist(store, writeOf(counterWrite('a', chosen(1)))).then(() => events.push('written'));
    await store.close().then(() => events.push('closed'));
    await written;
    t.deepEqual(events, ['written', 'closed']);
    await t.throwsAsync(persist(store, nothing), { message: /closed/ });
    await store.close();
    const again = await place.open();
    t.deepEqual(again.load('a')?.register, chosen(1));
    await again.close();
  });

  promise(
    'all of it is there when the store is opened again, in a higher incarnation',
    async (t, store, place) => {
      const membership: Membership = {
        actors: ['10.0.0.1', '10.0.0.2', '__proto__'],
        self: '10.0.0.2',
        peers: Object.fromEntries([
          ['10.0.0.1', { identity: 'one', since: 17 }],
          ['__proto__', { identity: 'odd', since: 0 }],
        ]),
      };
      const counters = [counterWrite('a', chosen(1), 1), counterWrite('b', chosen(2), 2)];
      await persist(store, { counters, backlogs: [{ counter: 'c', backlog: backlog(1) }], membership });
      t.is(store.membership, null, 'as of the opening');
      await store.close();
      for (const incarnation of [2, 3]) {
        const again = await place.open();
        t.is(again.incarnation, incarnation);
        t.is(again.identity, store.identity);
        t.deepEqual(again.membership, membership);
        t.is(again.lastChange(), 2);
        t.deepEqual(again.load('b'), { register: chosen(2), change: 2, backlog: null });
        t.deepEqual(again.load('c')?.backlog, backlog(1));
        t.deepEqual(
          again.changes(1, 10).map(({ counter }) => counter),
          ['b'],
        );
        t.deepEqual(again.backlogs(null, 10), ['c']);
        await again.close();
      }
    },
  );
}
