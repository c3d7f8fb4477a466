import test from 'ava';
import type { CounterService } from '../../src/runtime/service.ts';
import { ask, serve } from './harness.ts';

/** What a client may ask of the routes that do not go through Koa unless another form is asked for. */
const REQUESTS = [
  ['POST', '/counter/c', '12'],
  ['POST', '/counter/c', ' 007\n'],
  ['POST', '/counter/c', ''],
  ['POST', '/counter/c', 'x'],
  ['POST', '/counter/c', '9'.repeat(1_001)],
  ['POST', '/counter/c', '9'.repeat(100_000)],
  ['GET', '/counter/c/value', undefined],
  ['GET', '/counter/c/consistent_value', undefined],
  ['GET', '/counter/c/consistent_value?actors=all', undefined],
  ['GET', '/counter/c/consistent_value?actors=one', undefined],
  ['GET', '/counter/none/value', undefined],
  ['GET', '/counter/a%20b/value', undefined],
  ['GET', '/counter/%zz/value', undefined],
  ['GET', '/counter/a?b/value', undefined],
  ['GET', `/counter/${'n'.repeat(512)}/value`, undefined],
  ['GET', `/counter/${'n'.repeat(513)}/value`, undefined],
  ['GET', '/counter/c', undefined],
  ['HEAD', '/counter/c/value', undefined],
  ['PUT', '/counter/c', '1'],
  ['POST', '/counter/c/value', '1'],
  ['GET', '/counter//value', undefined],
  ['GET', '/counter/c/value/', undefined],
] as const;

function unexpected(): never {
  throw new Error('unexpected');
}

const SERVICES: Readonly<Record<string, Partial<CounterService>>> = {
  'that counts': {},
  'that is no majority': {
    increment: (_name, _amount, done) => done({ kind: 'recorded' }),
    value: (_name, done) => done({ kind: 'read', value: 3n, slot: 2, unreachable: [] }),
    consistentValue: (_name, _options, done) =>
      done({ kind: 'refused', reason: 'no majority', retryAfter: 1 }),
  },
  'that throws': {
    increment: unexpected,
    value: unexpected,
    consistentValue: unexpected,
  },
};

for (const [what, overrides] of Object.entries(SERVICES)) {
  test(`the same answer with and without Koa, by a service ${what}`, async (t) => {
    const [hot, koa] = [await serve(t, overrides), await serve(t, overrides)];
    for (const [method, path, body] of REQUESTS) {
      const sent = body === undefined ? {} : { body };
      const one = await ask(hot.port, method, path, sent);
      const other = await ask(koa.port, method, path, { ...sent, headers: { Accept: 'text/plain' } });
      const comparable = ({ headers: { date, ...headers }, ...reply }: typeof one) => ({ ...reply, headers });
      t.deepEqual(comparable(one), comparable(other), `${method} ${path.slice(0, 60)}`);
    }
    t.deepEqual(hot.service.calls, koa.service.calls);
    t.is(hot.errors.length, koa.errors.length);
  });
}
