import { InvariantViolation } from '../../history/operation.ts';
import type { Instance } from '../instance.ts';
import type { Scenario } from './scenario.ts';

const bigNumbers: Scenario = {
  name: 'big-numbers',
  goal: 'Amounts around and far beyond 2^64, by several instances, through a kill -9 of the holder: the total is exact to the last digit. Leading zeros and 0 itself are numbers too.',
  nodes: 5,
  async run(stage) {
    stage.phase('calm');
    const amounts = [
      2n ** 53n - 1n,
      2n ** 53n,
      2n ** 53n + 1n,
      2n ** 63n,
      2n ** 64n - 1n,
      2n ** 64n,
      2n ** 64n + 1n,
      10n ** 999n,
      0n,
    ];
    let total = 0n;
    for (const [index, amount] of [...amounts, ...amounts].entries()) {
      if (index === amounts.length) {
        await stage.node(1).end('SIGKILL');
        await stage.node(1).start();
        await stage.node(1).serves();
      }
      const node = stage.node(1 + (index % stage.nodes.length));
      const told = await node.ask('/counter/big', index % 2 === 0 ? `${amount}` : `000${amount}`);
      total += amount;
      expect(
        told.status === 200 && BigInt(told.body) === total,
        `${amount} at ${node.actor}: ${told.status}, ${told.body}`,
      );
    }
    for (const node of stage.nodes) await isTotal(node, 'big', total);
    await stage.recover();
  },
};

const BAD_AMOUNTS = [
  '',
  ' ',
  '-1',
  '+1',
  '1.5',
  '1e3',
  '0x10',
  'NaN',
  'one',
  '1 2',
  '１',
  '\u0000',
  '9'.repeat(1_001),
  '9'.repeat(100_000),
];
const BAD_CONFIGS = [
  '',
  '{',
  '[]',
  'null',
  '{"actors": []}',
  '{"actors": "1.2.3.4"}',
  '{"actors": [1]}',
  '{"actors": ["1.2.3.4", "1.2.3.4"]}',
  '{"actors": ["nowhere"]}',
  `{"actors": ["${'1'.repeat(100_000)}"]}`,
];
const BAD_PATHS = [
  '/',
  '/counter',
  '/counter/',
  '/counter//value',
  '/counter/a/b',
  '/counter/%zz',
  `/counter/${'a'.repeat(5_000)}`,
  '/counter/%00%ff',
  '/config/x',
  '/peer/link',
  '/%2e%2e/',
];

const badInput: Scenario = {
  name: 'bad-input',
  goal: 'While clients go on, every instance gets what it cannot understand on every route: bodies, names, methods, configs. All of it is refused with a 4xx, nothing changes, nobody else notices.',
  nodes: 3,
  async run(stage) {
    stage.phase('calm');
    await stage.during(1);
    stage.phase('bad input');
    await stage.node(1).ask('/counter/precious', '7');
    for (const node of stage.nodes) {
      for (const body of BAD_AMOUNTS) await isRefused(node, '/counter/precious', body);
      for (const body of BAD_CONFIGS) await isRefused(node, '/config', body);
      for (const path of BAD_PATHS) {
        await isRefused(node, path, null);
        await isRefused(node, path, '1');
      }
      await isRefused(node, '/config', '{"actors": ["1.2.3.4", "1.2.3.5"]}');
      await isRefused(node, '/counter/precious/value', '1');
      await isRefused(node, '/counter/precious/consistent_value', '1');
    }
    for (const node of stage.nodes) await isTotal(node, 'precious', 7n);
    await stage.recover();
    stage.demandCounted('bad input', 'all', 500);
  },
};

/** As an error of the client's, or by hanging up on what is too long to be heard out. */
async function isRefused(node: Instance, path: string, body: string | null): Promise<void> {
  const { status } = await node.ask(path, body);
  const isFine = status === null || (status >= 400 && status < 500);
  const shown = body === null ? '' : ` ${JSON.stringify(body.slice(0, 50))}`;
  expect(isFine, `${node.actor} answers ${status} to ${path.slice(0, 50)}${shown}`);
}

async function isTotal(node: Instance, counter: string, total: bigint): Promise<void> {
  const { status, body } = await node.ask(`/counter/${counter}/consistent_value`);
  expect(
    status === 200 && BigInt(body) === total,
    `${counter} at ${node.actor}: ${status}, ${body}, not ${total}`,
  );
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new InvariantViolation(otherwise);
}

export const inputs: readonly Scenario[] = [bigNumbers, badInput];
