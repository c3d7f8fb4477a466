import test from 'ava';
import { MAX_WAITING } from '../../src/limits.ts';
import { Desk } from './desk.ts';
import { accepted, promise } from './letters.ts';

test('beyond MAX_WAITING clients, one more is refused; when some are answered, there is room again', (t) => {
  const desk = new Desk().connect();
  for (let i = 0; i < MAX_WAITING; i += 1) desk.increment('hits', 1);
  t.deepEqual(desk.answers, []);
  desk.increment('hits', 1_000_000);
  desk.read('other');
  t.deepEqual(desk.answers, [`${MAX_WAITING + 1}: overloaded`, `${MAX_WAITING + 2}: overloaded`]);
  desk.turn();
  desk.finish();
  for (const from of ['b', 'c']) desk.driver.receive(from, [promise('hits', '1.a')]);
  desk.turn();
  for (const from of ['b', 'c']) desk.driver.receive(from, [accepted('hits', '1.a/1')]);
  desk.turn();
  t.is(desk.answers.length, MAX_WAITING + 2);
  t.is(desk.answers.at(-1), `${MAX_WAITING}: counted ${MAX_WAITING}, slot 1`, 'without what was refused');
  desk.increment('hits', 1);
  t.is(desk.answers.length, MAX_WAITING + 2);
});
