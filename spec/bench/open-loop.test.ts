import test from 'ava';
import type { Worker } from '../../bench/load/measured.ts';
import { preciseMetronome } from '../../bench/load/metronome.ts';
import { openLoop } from '../../bench/load/open-loop.ts';
import { VirtualTime } from './virtual-time.ts';

const cpu = () => ({ servers: 0, generator: 0 });
const RATE = 100;

/** Serves one after the other in a millisecond each, but nobody from 5 s to 6 s. */
function stalling(time: VirtualTime): Worker {
  let free = 0;
  return async () => {
    const start = Math.max(free, time.now());
    free = (start >= 5_000 && start < 6_000 ? 6_000 : start) + 1;
    await time.sleep(free - time.now());
  };
}

async function measured(workers: number) {
  const time = new VirtualTime();
  const serve = stalling(time);
  const load = openLoop(
    Array.from({ length: workers }, () => serve),
    { seconds: 10, warmUp: 1, cpu, rate: RATE, metronome: time },
  );
  let isOver = false;
  void load.finally(() => {
    isOver = true;
  });
  // The last ones are served when nothing falls due any more.
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    if (time.now() >= 11_000) await time.advance(time.now() + 1);
  }
  return load;
}

for (const workers of [1, 8, 200]) {
  test(`a stall of a second is seen by all that fell due in it, with ${workers} workers`, async (t) => {
    const { operations, durations } = await measured(workers);
    t.is(operations, 10 * RATE);
    // A tenth of the time nobody was served: those that fell due then waited half a second on average.
    t.true(durations.at(89) < 20, `p89 ${durations.at(89)}`);
    t.true(durations.at(95) > 400 && durations.at(95) < 700, `p95 ${durations.at(95)}`);
    t.true(durations.at(99.5) > 900, `p99.5 ${durations.at(99.5)}`);
    t.true((durations.latency?.max ?? 0) >= 1_000);
  });
}

test('after a stall of the load itself, all that fell due in it was late, also if no worker was free', async (t) => {
  let now = 0;
  const metronome = {
    now: () => now,
    async beat(rate: number, seconds: number, due: (intended: number) => void) {
      const start = now;
      now += seconds * 1_000;
      for (let beat = 0; beat < rate * seconds; beat += 1) due(start + (beat * 1_000) / rate);
    },
  };
  const { lateness } = await openLoop([async () => {}], {
    seconds: 1,
    warmUp: 0,
    cpu,
    rate: RATE,
    metronome,
  });
  t.is(lateness.count, RATE);
  t.true(Math.abs(lateness.at(50) - 500) < 20, `${lateness.at(50)}`);
});

test('what falls due is counted though a worker fails, and the failure is told', async (t) => {
  const time = new VirtualTime();
  const failing = openLoop([() => Promise.reject(new Error('refused'))], {
    seconds: 0.1,
    warmUp: 0,
    cpu,
    rate: RATE,
    metronome: time,
  });
  await t.throwsAsync(failing, { message: 'refused' });
});

test('the metronome beats as often as asked, never early, each with its own time', async (t) => {
  const intended: number[] = [];
  const early: number[] = [];
  await preciseMetronome.beat(1_000, 0.2, (time) => {
    intended.push(time);
    if (performance.now() < time - 0.5) early.push(time);
  });
  t.is(intended.length, 200);
  t.deepEqual(early, []);
  const [first = 0] = intended;
  t.true(intended.every((time, index) => Math.abs(time - first - index) < 1e-6));
});

test('beyond a thousand a second, the metronome strikes once a millisecond for all that fall due in it', async (t) => {
  const intended: number[] = [];
  await preciseMetronome.beat(2_500, 0.1, (time) => intended.push(time));
  t.is(intended.length, 250);
  const strikes = [...new Set(intended)];
  t.is(strikes.length, 100);
  const [first = 0] = strikes;
  t.true(strikes.every((time, index) => Math.abs(time - first - index) < 1e-6));
  // Two and three, in turns: never more than one ahead of or behind the rate.
  for (const [index, time] of strikes.entries()) {
    const ahead = intended.filter((other) => other <= time).length - 2.5 * (index + 1);
    t.true(Math.abs(ahead) <= 0.5, `${ahead} ahead at strike ${index}`);
  }
});
