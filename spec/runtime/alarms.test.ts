import test from 'ava';
import { Alarms } from '../../src/runtime/alarms.ts';

const sleeper = (name: string) => ({ name, alarmAt: null as number | null });
const names = (sleepers: readonly { name: string }[]) => sleepers.map(({ name }) => name);

test('wakes at the tick that was wanted, once', (t) => {
  const alarms = new Alarms<ReturnType<typeof sleeper>>();
  const [a, b] = [sleeper('a'), sleeper('b')];
  alarms.set(a, 5);
  alarms.set(b, 7);
  t.deepEqual(names(alarms.due(4)), []);
  t.deepEqual(names(alarms.due(5)), ['a']);
  t.is(a.alarmAt, null);
  t.deepEqual(names(alarms.due(5)), []);
  t.deepEqual(names(alarms.due(7)), ['b']);
});

test('the earlier of two alarms holds; the later is set anew by who wakes', (t) => {
  const alarms = new Alarms<ReturnType<typeof sleeper>>();
  const a = sleeper('a');
  alarms.set(a, 7);
  alarms.set(a, 5);
  alarms.set(a, 9);
  t.is(a.alarmAt, 5);
  t.deepEqual(names(alarms.due(5)), ['a']);
  t.deepEqual(names(alarms.due(7)), []);
  t.deepEqual(names(alarms.due(9)), []);
  alarms.set(a, 9);
  t.deepEqual(names(alarms.due(9)), ['a']);
});

test('who is forgotten is not woken', (t) => {
  const alarms = new Alarms<ReturnType<typeof sleeper>>();
  const [a, b] = [sleeper('a'), sleeper('b')];
  alarms.set(a, 5);
  alarms.set(b, 5);
  alarms.forget(a);
  alarms.forget(a);
  t.is(a.alarmAt, null);
  t.deepEqual(names(alarms.due(5)), ['b']);
});
