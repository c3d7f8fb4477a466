/** Bad input gets a clear error that names what was wrong and what is expected, and changes nothing. */
import test from 'ava';
import { type Ask, ask, serve } from './harness.ts';

interface Case extends Ask {
  readonly request: string;
  readonly status: number;
  readonly says: RegExp;
}

const AMOUNT = /^the body must be a non-negative integer in decimal digits, like 42; got /;

const amounts: readonly (readonly [string | Buffer, RegExp])[] = [
  ['', /got an empty body$/],
  [' \n', /got " \\n"$/],
  ['+5', /got "\+5"$/],
  ['-1', /got "-1"$/],
  ['-0', /got "-0"$/],
  ['1.5', /got "1\.5"$/],
  ['1e3', /got "1e3"$/],
  ['0x10', /got "0x10"$/],
  ['0b1', AMOUNT],
  ['1_000', AMOUNT],
  ['1,000', AMOUNT],
  ['1 2', AMOUNT],
  ['5n', AMOUNT],
  ['NaN', AMOUNT],
  ['Infinity', AMOUNT],
  ['"5"', /got "\\"5\\""$/],
  ['value=5', AMOUNT],
  ['=5', AMOUNT],
  ['{"amount":5}', AMOUNT],
  ['٣', /got "\\u0663"$/],
  ['５', /got "\\uff15"$/],
  ['5\u00a0', /got "5\\u00a0"$/],
  ['\ufeff5', /got "\\ufeff5"$/],
  ['5\0', /got "5\\u0000"$/],
  ['\x005', AMOUNT],
  [Buffer.from([0x35, 0xff]), AMOUNT],
  [Buffer.from([0x35, 0xb5]), AMOUNT],
  [Buffer.from([0x35, 0xa0]), AMOUNT],
  [Buffer.from([0xa0, 0x35]), AMOUNT],
  ['x'.repeat(100), /got "x{48}"\.\.\. \(100 characters\)$/],
  ['1'.repeat(1_001), /at most 1000 digits; this one has 1001$/],
  [`00${'1'.repeat(1_001)}`, /at most 1000 digits; this one has 1001$/],
];

const configs: readonly (readonly [string | Buffer, RegExp])[] = [
  ['', /^the body is empty; expected a JSON object like \{"actors": /],
  ['hello', /^the body is not JSON: .*hello.*; expected a JSON object/],
  ['{"actors": ["10.0.0.1",\n]}', /^the body is not JSON: .*0\.0\.0\.1.*; expected/],
  ['{"actors": ["10.0.0.1"', /^the body is not JSON: .*position 22 .*; expected/],
  [Buffer.from([0x22, 0xff, 0x22]), /^the body is not UTF-8; expected/],
  ['actors=10.0.0.1', /^the body is not JSON/],
  ['null', /^the body is null; expected/],
  ['[]', /^the body is a list; expected/],
  ['"10.0.0.1"', /^the body is a string; expected/],
  ['{}', /^actors is missing; expected/],
  ['{"Actors": ["10.0.0.1"]}', /^actors is missing; expected/],
  ['{"actors": null}', /^actors is not a list of addresses but null; /],
  ['{"actors": "10.0.0.1"}', /^actors is not a list of addresses but a string; /],
  ['{"actors": {"0": "10.0.0.1"}}', /^actors is not a list of addresses but an object; /],
  ['{"actors": []}', /^actors is empty; a cluster has at least one actor; expected/],
  ['{"actors": ["1.2.3"]}', /^actors\[0\] "1\.2\.3" is not an IPv4 or IPv6 address .*; expected/],
  [
    '{"actors": ["10.0.0.1", "10.0.0.1:7777"]}',
    /^actors\[1\] "10\.0\.0\.1:7777" is the same actor as actors\[0\] "10\.0\.0\.1"; /,
  ],
  [
    '{"actors": ["::1", 7, "10.0.0.1:0", null, "[0:0::1]:7777", "host", ["10.0.0.1"]]}',
    /^actors\[1\] is not a string but a number; actors\[2\] "10\.0\.0\.1:0" has a port .*; actors\[3\] is not a string but null; actors\[4\] "\[0:0::1\]:7777" is the same actor as actors\[0\] "::1"; actors\[5\] "host" is not an IPv4.*; actors\[6\] is not a string but a list; expected/,
  ],
  [
    JSON.stringify({
      actors: Array.from({ length: 129 }, (_, index) => (index % 123 === 5 ? 'x' : `10.0.0.${index + 1}`)),
    }),
    /^actors has 129 entries; a cluster has at most 128 actors; actors\[5\] "x" is not an IPv4[^;]*; expected/,
  ],
];

const NAME_LIMIT = 'n'.repeat(512);

const cases: readonly Case[] = [
  ...amounts.map(([body, says]) => ({ request: 'POST /counter/c', body, status: 400, says })),
  ...configs.map(([body, says]) => ({ request: 'POST /config', body, status: 400, says })),
  {
    request: 'POST /counter/%',
    body: '1',
    status: 400,
    says: /^in a counter's name % must be followed by two hex digits; got "%"$/,
  },
  { request: 'POST /counter/a%2', body: '1', status: 400, says: /two hex digits; got "a%2"$/ },
  { request: 'GET /counter/%zz/value', status: 400, says: /two hex digits/ },
  { request: 'GET /counter/%u0041/value', status: 400, says: /two hex digits/ },
  {
    request: 'POST /counter/%ff',
    body: '1',
    status: 400,
    says: /^a counter's name must be UTF-8, percent-encoded; got "%ff"$/,
  },
  { request: 'GET /counter/%c0%af/value', status: 400, says: /must be UTF-8/ },
  { request: 'GET /counter/%ed%a0%80/consistent_value', status: 400, says: /must be UTF-8/ },
  {
    request: `POST /counter/${NAME_LIMIT}x`,
    body: '1',
    status: 414,
    says: /^a counter's name may have at most 512 bytes; this one has 513$/,
  },
  {
    request: `GET /counter/${'%c3%a9'.repeat(256)}x/value`,
    status: 414,
    says: /at most 512 bytes; this one has 513$/,
  },
  {
    request: `GET /counter/c/value?${'q'.repeat(4_096)}`,
    status: 414,
    says: /^a path and query may have at most 4096 bytes; these have 4113$/,
  },
  { request: `POST /nowhere/${'x'.repeat(4_096)}`, body: '1', status: 414, says: /at most 4096 bytes/ },
  {
    request: 'GET /counter/c/consistent_value?actors=some',
    status: 400,
    says: /^actors in a query can only be "all" .*; got "some"$/,
  },
  { request: 'GET /counter/c/consistent_value?actors=', status: 400, says: /got ""$/ },
  { request: 'GET /counter/c/consistent_value?actors', status: 400, says: /got ""$/ },
  { request: 'GET /counter/c/consistent_value?actors=all&actors=ALL', status: 400, says: /got "ALL"$/ },
  { request: 'GET /counter/a#b/value', status: 400, says: /is written %23$/ },
  {
    request: 'POST /counter/',
    body: '1',
    status: 404,
    says: /^no such path; .*POST \/counter\/NAME, .* one segment and not empty$/,
  },
  { request: 'POST /counter', body: '1', status: 404, says: /^no such path/ },
  { request: 'POST /counter/c/', body: '1', status: 404, says: /^no such path/ },
  { request: 'POST /counter/a/b', body: '1', status: 404, says: /^no such path/ },
  { request: 'POST /COUNTER/c', body: '1', status: 404, says: /^no such path/ },
  { request: 'POST /Config', body: '{}', status: 404, says: /^no such path/ },
  { request: 'POST /config/', body: '{}', status: 404, says: /^no such path/ },
  { request: 'GET /counter//value', status: 404, says: /^no such path/ },
  { request: 'GET /counter/c/values', status: 404, says: /^no such path/ },
  { request: 'GET /counter/c/value/', status: 404, says: /^no such path/ },
  { request: 'GET /counter/c%2Fvalue', status: 405, says: /^GET is not allowed on this path, but POST is$/ },
  { request: 'GET /', status: 404, says: /^no such path/ },
  { request: 'GET //', status: 404, says: /^no such path/ },
  { request: 'GET /counter/c', status: 405, says: /^GET is not allowed on this path, but POST is$/ },
  { request: 'PUT /counter/c', body: '1', status: 405, says: /^PUT .* POST is$/ },
  { request: 'POST /counter/c/value', body: '1', status: 405, says: /^POST .* HEAD, GET is$/ },
  { request: 'DELETE /counter/c/consistent_value', status: 405, says: /^DELETE .* HEAD, GET is$/ },
  { request: 'GET /config', status: 405, says: /POST is$/ },
  { request: 'PROPFIND /config', status: 405, says: /POST is$/ },
  { request: 'POST /livez', status: 405, says: /HEAD, GET is$/ },
  { request: 'POST /readyz', status: 405, says: /HEAD, GET is$/ },
  {
    request: 'POST /counter/c',
    body: ' '.repeat(2_049),
    status: 413,
    says: /^the body may have at most 2048 bytes$/,
  },
  {
    request: 'POST /config',
    body: ' '.repeat(65_537),
    status: 413,
    says: /^the body may have at most 65536 bytes$/,
  },
  {
    request: 'POST /counter/c',
    body: '1',
    headers: { 'Content-Encoding': 'gzip' },
    status: 415,
    says: /^a body must not be compressed/,
  },
  {
    request: 'POST /config',
    body: '{}',
    headers: { 'Content-Encoding': 'br' },
    status: 415,
    says: /without Content-Encoding$/,
  },
  {
    request: 'POST /counter/c',
    body: '1',
    headers: { Expect: 'magic' },
    status: 417,
    says: /only expectation that is met is 100-continue$/,
  },
];

for (const [index, { request, status, says, ...what }] of cases.entries()) {
  const shown = request.length > 60 ? `${request.slice(0, 60)}...` : request;
  test(`${index}: ${shown} ${JSON.stringify(String(what.body ?? '').slice(0, 40))} is answered ${status}`, async (t) => {
    const { port, service, errors } = await serve(t);
    const [method = '', path = ''] = request.split(' ');
    const reply = await ask(port, method, path, what);
    t.is(reply.status, status);
    t.regex(reply.text, /^[ -~]+\n$/, 'one line of printable ASCII');
    t.regex(reply.text.trimEnd(), says);
    t.is(reply.headers['content-type'], 'text/plain; charset=utf-8');
    t.is(reply.headers['cache-control'], 'no-store');
    if (status === 405)
      t.true(says.test(reply.text.trimEnd()) && reply.text.includes(`but ${reply.headers.allow} is`));
    t.deepEqual(service.calls, [], 'nothing reached the service');
    t.deepEqual(errors, []);
  });
}

test('the same problems are RFC 9457 problems for who asks for JSON', async (t) => {
  const { port, service } = await serve(t);
  for (const { request, status, says, headers, ...what } of cases) {
    if (status === 417) continue;
    const [method = '', path = ''] = request.split(' ');
    const reply = await ask(port, method, path, {
      ...what,
      headers: { ...headers, Accept: 'application/json' },
    });
    t.is(reply.headers['content-type'], 'application/problem+json', request);
    const { type, title, status: inBody, detail, ...rest } = JSON.parse(reply.text);
    t.is(type, 'about:blank');
    t.is(typeof title, 'string');
    t.is(inBody, status);
    t.is(reply.status, status);
    t.regex(detail, says);
    t.deepEqual(rest, {});
  }
  t.deepEqual(service.calls, []);
});
