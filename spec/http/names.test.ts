import test from 'ava';
import fc from 'fast-check';
import { decodeName } from '../../src/http/target.ts';
import { ask, serve } from './harness.ts';

test('a name is one segment of the path as it was sent, decoded once', async (t) => {
  const { port, service } = await serve(t);
  const names: readonly (readonly [string, string])[] = [
    ['plain', 'plain'],
    ['a%2Fb', 'a/b'],
    ['a%2fvalue', 'a/value'],
    ['%252F', '%2F'],
    ['gr%C3%B6%c3%9fe', 'größe'],
    ['%F0%9F%90%98', '🐘'],
    ['%EF%BB%BFbom', '\ufeffbom'],
    ['a+b', 'a+b'],
    ['%20', ' '],
    ['a%00b', 'a\0b'],
    ['..', '..'],
    ['%2e%2E', '..'],
    ['value', 'value'],
    ['__proto__', '__proto__'],
    [':name', ':name'],
    ['a;b=c,d', 'a;b=c,d'],
    ['%3f%23', '?#'],
    ['e%CC%81', 'e\u0301'],
    ['n'.repeat(512), 'n'.repeat(512)],
    ['%c3%a9'.repeat(256), 'é'.repeat(256)],
  ];
  for (const [segment, name] of names) {
    service.calls.length = 0;
    await ask(port, 'POST', `/counter/${segment}`, { body: '1' });
    await ask(port, 'GET', `/counter/${segment}/value`);
    await ask(port, 'GET', `/counter/${segment}/consistent_value`);
    t.deepEqual(service.calls, [`increment ${name} 1`, `value ${name}`, `consistentValue ${name}`]);
  }
});

test('any name that is percent-encoded arrives as it was', async (t) => {
  const { port, service } = await serve(t);
  const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 100 });
  await fc.assert(
    fc.asyncProperty(names, async (name) => {
      const reply = await ask(port, 'GET', `/counter/${encodeURIComponent(name)}/value`, {
        headers: { Accept: 'application/json' },
      });
      t.is(service.calls.at(-1), `value ${name}`);
      t.is(JSON.parse(reply.text).name, name);
    }),
    { numRuns: 100 },
  );
});

test('a path may be sent whole, as through a proxy', async (t) => {
  const { port, service } = await serve(t);
  await ask(port, 'POST', 'http://quorate.example:80/counter/a%2Fb?x', { body: '1' });
  await ask(port, 'GET', 'HTTP://[::1]/counter/c/consistent_value?actors=all');
  t.deepEqual(service.calls, ['increment a/b 1', 'consistentValue c all']);
  t.is((await ask(port, 'GET', 'http://quorate.example')).status, 404);
});

test('a name means the same however many others were asked for before it', (t) => {
  const names = Array.from({ length: 50_000 }, (_, index) => `${index % 2 === 0 ? 'counter-' : ''}${index}`);
  for (let round = 0; round < 2; round += 1) {
    const other = names.find((name) => decodeName(name) !== name);
    t.is(other, undefined);
  }
  t.is(decodeName('counter%2d0'), 'counter-0');
  t.is(decodeName('%31'), '1');
});
