import test from 'ava';
import { actorEndpoint, normaliseActor, parseActor } from '../src/actors.ts';

const NORMALISED: readonly (readonly [string, string, string, number])[] = [
  ['10.0.0.1', '10.0.0.1', '10.0.0.1', 7777],
  ['10.0.0.1:7777', '10.0.0.1', '10.0.0.1', 7777],
  ['10.0.0.1:7778', '10.0.0.1:7778', '10.0.0.1', 7778],
  ['10.0.0.1:1', '10.0.0.1:1', '10.0.0.1', 1],
  ['255.255.255.254:65535', '255.255.255.254:65535', '255.255.255.254', 65_535],
  ['::1', '::1', '::1', 7777],
  ['[::1]', '::1', '::1', 7777],
  ['[::1]:7777', '::1', '::1', 7777],
  ['[::1]:7778', '[::1]:7778', '::1', 7778],
  ['::1:7778', '::1:7778', '::1:7778', 7777],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1', '2001:db8::1:0:0:1', 7777],
  ['[2001:0db8:0000:0000:0000:0000:0000:000A]:80', '[2001:db8::a]:80', '2001:db8::a', 80],
  ['::ffff:10.0.0.1', '10.0.0.1', '10.0.0.1', 7777],
  ['[::ffff:a00:1]:7778', '10.0.0.1:7778', '10.0.0.1', 7778],
  ['64:ff9b::10.0.0.1', '64:ff9b::a00:1', '64:ff9b::a00:1', 7777],
];

for (const [text, actor, host, port] of NORMALISED) {
  test(`the actor at ${text} is ${actor}`, (t) => {
    t.deepEqual(parseActor(text), { kind: 'actor', actor, endpoint: { host, port } });
    t.is(normaliseActor({ host, port }), actor);
    t.deepEqual(actorEndpoint(actor), { host, port });
    t.deepEqual(parseActor(actor), parseActor(text), 'a normalised address is its own normal form');
  });
}

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['', /not an IPv4 or IPv6 address/],
  ['localhost', /not an IPv4 or IPv6 address/],
  ['1.2.3', /not an IPv4 or IPv6 address/],
  ['16909060', /not an IPv4 or IPv6 address/],
  ['1.2.3.4.5', /not an IPv4 or IPv6 address/],
  ['010.0.0.1', /not an IPv4 or IPv6 address/],
  ['0x0a.0.0.1', /not an IPv4 or IPv6 address/],
  ['10.0.0.256', /not an IPv4 or IPv6 address/],
  [' 10.0.0.1', /not an IPv4 or IPv6 address/],
  ['10.0.0.1\n', /not an IPv4 or IPv6 address/],
  ['10.0.0.1/24', /not an IPv4 or IPv6 address/],
  ['http://10.0.0.1', /not an IPv4 or IPv6 address/],
  ['１０.0.0.1', /not an IPv4 or IPv6 address/],
  ['[10.0.0.1]', /not an IPv4 or IPv6 address/],
  ['[10.0.0.1]:7778', /not an IPv4 or IPv6 address/],
  ['[::1', /not an IPv4 or IPv6 address/],
  ['::1]', /not an IPv4 or IPv6 address/],
  ['[::1]7778', /not an IPv4 or IPv6 address/],
  ['1::2::3', /not an IPv4 or IPv6 address/],
  ['12345::', /not an IPv4 or IPv6 address/],
  ['fe80::1%eth0', /not an IPv4 or IPv6 address/],
  ['::10.0.0.1', /not an IPv4 or IPv6 address/],
  ['10.0.0.1:', /a port that is not a number from 1 to 65535/],
  ['10.0.0.1:0', /a port/],
  ['10.0.0.1:65536', /a port/],
  ['10.0.0.1:07778', /a port/],
  ['10.0.0.1:+1', /a port/],
  ['10.0.0.1:80 ', /a port/],
  ['[::1]:', /a port/],
  ['[::1]:1e3', /a port/],
  ['0.0.0.0', /not the address of one host/],
  ['::', /not the address of one host/],
  ['[::ffff:0.0.0.0]:1', /not the address of one host/],
  ['255.255.255.255', /not the address of one host/],
  ['224.0.0.1', /not the address of one host/],
  ['ff02::1', /not the address of one host/],
];

for (const [text, reason] of REFUSED) {
  test(`${JSON.stringify(text)} is not an actor's address`, (t) => {
    const parsed = parseActor(text);
    t.is(parsed.kind, 'invalid');
    if (parsed.kind === 'invalid') t.regex(parsed.reason, reason);
    t.throws(() => actorEndpoint(text), { instanceOf: TypeError });
  });
}
