import test from 'ava';
import { Load } from './load.ts';
import { type Flaw, StandIn } from './stand-in.ts';
import { examine } from './verdict.ts';

const CAUGHT: Readonly<Record<Exclude<Flaw, 'none'>, RegExp>> = {
  'loses a 200': /is lost|do not follow|go back in time/,
  'loses a 202': /recorded, is lost/,
  doubles: /counts an increment twice/,
  'counts what it refused': /refused, is counted/,
  'reads stale': /go back in time/,
  'reads stale elsewhere': /consistent_value of stock-\d is \d+ and \d+/,
  'reads without what it recorded': /misses increment .* recorded/,
  'answers an old result': /miss themselves/,
  'lets value go down': /goes down after/,
  'lets value disagree': /value of stock-\d at 127.0.0.1:\d+ is not \d+ within/,
  'counts what nobody asked for': /nobody asked/,
};

async function judge(flaw: Flaw, seed: number): Promise<readonly string[]> {
  const service = new StandIn(3, flaw);
  try {
    const targets = await service.listen();
    const load = new Load({ targets, clients: 8, counters: ['stock-1', 'stock-2'], seed });
    load.start();
    await load.succeeds(600);
    service.heal();
    await load.succeeds(200);
    await load.stop();
    return (await examine(targets, load)).violations;
  } finally {
    service.close();
  }
}

test('a service that is right passes, whatever it refuses and records', async (t) => {
  t.deepEqual(await judge('none', 1), []);
});

for (const [flaw, message] of Object.entries(CAUGHT)) {
  test(`a service that ${flaw} is caught`, async (t) => {
    const violations = await judge(flaw as Flaw, 1);
    t.true(
      violations.some((violation) => message.test(violation)),
      violations.join('\n'),
    );
  });
}
