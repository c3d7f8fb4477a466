import test from 'ava';
import { ask, serve } from './harness.ts';

for (const [accept, json] of [
  [undefined, false],
  ['*/*', false],
  ['text/plain', false],
  ['text/*', false],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false],
  ['image/png', false],
  ['application/json;q=0', false],
  ['application/json;q=0.4, text/plain;q=0.5', false],
  ['text/plain, application/json', false],
  ['*/*, application/json;q=0.9', false],
  ['', false],
  ['application/json', true],
  ['application/problem+json', true],
  ['application/*', true],
  ['application/json;q=0.5, text/plain;q=0.4', true],
  ['application/json, text/plain, */*', true],
  ['application/json, */*;q=0.1', true],
] as const) {
  test(`Accept: ${accept} is answered with ${json ? 'JSON' : 'text'}`, async (t) => {
    const { port } = await serve(t);
    const headers = accept === undefined ? {} : { Accept: accept };
    const counted = await ask(port, 'POST', '/counter/c', { headers, body: '12345678901234567890' });
    const read = await ask(port, 'GET', '/counter/c/value', { headers });
    const consistent = await ask(port, 'GET', '/counter/c/consistent_value', { headers });
    for (const reply of [counted, read, consistent]) {
      t.is(reply.status, 200);
      t.is(reply.headers['content-type'], json ? 'application/json' : 'text/plain; charset=utf-8');
      t.is(reply.headers['counter-slot'], '1');
      if (json) t.deepEqual(JSON.parse(reply.text), { name: 'c', value: '12345678901234567890', slot: 1 });
      else t.is(reply.text, '12345678901234567890');
    }
    const missing = await ask(port, 'GET', '/nowhere', { headers });
    t.is(missing.headers['content-type'], json ? 'application/problem+json' : 'text/plain; charset=utf-8');
  });
}
