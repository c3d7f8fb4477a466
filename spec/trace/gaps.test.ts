import test from 'ava';
import { check } from './check.ts';
import { recordSeed, tracesOf } from './simulated.ts';

const clean = recordSeed(11);

test('a line that is missing, doubled or out of order is rejected, wherever it is', (t) => {
  const gaps = /local numbers have no gaps|a life begins with started|a life follows the last event/;
  for (const [actor, lines] of clean) {
    for (let place = 0; place < lines.length - 1; place += 7) {
      const told = new Map(clean).set(actor, lines.toSpliced(place, 1));
      const { violation } = check(tracesOf(told), { killed: true });
      t.regex(violation?.guard ?? 'it passed', gaps, `${actor}:${place + 1} ${lines[place]}`);
    }
  }
  const [actor, lines] = [...clean][0] ?? ['', []];
  const doubled = new Map(clean).set(actor, lines.toSpliced(3, 0, lines[3] ?? ''));
  t.regex(check(tracesOf(doubled), { killed: true }).violation?.guard ?? 'it passed', gaps);
});

test('the end of a trace is missed, unless its actors may have been killed', (t) => {
  const { violation } = check(tracesOf(clean), { killed: false });
  t.is(violation?.guard, 'a life ends with ended');
});
