/** What others can see is in the trace before they can see it. */
import test from 'ava';
import type { Store, Transport } from '../../src/runtime/ports.ts';
import type { TraceEvent } from '../../src/runtime/trace.ts';
import { Tracing } from '../../src/runtime/tracing.ts';
import { MemoryDisk, MemoryStore } from '../../src/store/memory-store.ts';

function traced() {
  const log: string[] = [];
  let held: string[] = [];
  const tracing = new Tracing(
    {
      note: (_counter, { event }: TraceEvent) => held.push(event),
      flush: () => {
        log.push(...held);
        held = [];
      },
    },
    'a',
  );
  return { log, tracing, held: () => held };
}

const REGISTER = { promise: { round: 1, actor: 'a' }, vote: null, mark: null };

test('before a write begins, and not before it ends, it is noted', (t) => {
  const { log, tracing, held } = traced();
  const under: (() => void)[] = [];
  const memory: Store = new MemoryStore(new MemoryDisk('disk'), {
    complete: (finish) => {
      log.push('the disk writes');
      under.push(finish);
    },
  });
  const store = tracing.store(memory);
  store.write(
    {
      counters: [{ counter: 'hits', register: REGISTER, change: 0, previousChange: 0 }],
      backlogs: [],
      membership: null,
    },
    () => t.deepEqual(held(), ['flushed'], 'noted before anything that depends on it is done'),
  );
  t.deepEqual(log, ['writing', 'the disk writes']);
  t.deepEqual(held(), []);
  for (const finish of under) finish();
  store.load('hits');
  t.deepEqual(held(), ['flushed', 'loaded']);
  t.plan(4);
});

test('before a frame leaves, all that was noted is flushed', (t) => {
  const { log, tracing } = traced();
  const transport: Transport = tracing.transport({ send: () => log.push('sends') });
  tracing.link('link up', 'b');
  transport.send('b', []);
  t.deepEqual(log, ['link up', 'sends']);
});

test('what is shown is flushed at once', (t) => {
  const { log, tracing } = traced();
  tracing.shown('hits', null);
  t.deepEqual(log, ['shown']);
});
