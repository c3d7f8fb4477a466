/** Addresses of actors, as POST /config lists them. One actor has one normalised address: that is its name everywhere. */
import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Actor } from './paxos/ballot.ts';

/** Where an actor listens if its address names no port. */
export const DEFAULT_PORT = 7777;

export interface Endpoint {
  /** An IPv4 or IPv6 address in canonical form, without brackets. */
  readonly host: string;
  readonly port: number;
}

export type ParsedActor =
  | { readonly kind: 'actor'; readonly actor: Actor; readonly endpoint: Endpoint }
  /** `reason` goes on after the address: "1.2.3 is not an address …". */
  | { readonly kind: 'invalid'; readonly reason: string };

const FORMS = 'like 10.0.0.1, 10.0.0.1:7778, ::1 or [::1]:7778';
/** An IPv6 address in brackets, or anything without brackets and with at most one colon; then a port. */
const WITH_PORT = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^:]*))?$/;
const PORT = /^[1-9][0-9]{0,4}$/;
const MAX_PORT = 65_535;
/** The deprecated `::10.0.0.1` is another address than `::ffff:10.0.0.1`, but ipaddr.js takes one for the other. */
const IPV4_COMPATIBLE = /^::[0-9]+\./;

export function parseActor(text: string): ParsedActor {
  // No match are several colons without brackets: an IPv6 address without a port.
  const [, bracketed, bare, portText] = WITH_PORT.exec(text) ?? [];
  const host = bracketed === undefined ? canonicalHost(bare ?? text) : canonicalIPv6(bracketed);
  if (host === null) return invalid(`is not an IPv4 or IPv6 address with an optional port, ${FORMS}`);
  if (!namesOneHost(host)) return invalid('is not the address of one host');
  if (portText === undefined) return actorAt({ host, port: DEFAULT_PORT });
  if (!PORT.test(portText) || Number(portText) > MAX_PORT) {
    return invalid(`has a port that is not a number from 1 to ${MAX_PORT}`);
  }
  return actorAt({ host, port: Number(portText) });
}

/** The one name of the actor that is reached there. */
export function normaliseActor({ host, port }: Endpoint): Actor {
  if (port === DEFAULT_PORT) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Where the actor of that (normalised) name is reached. */
export function actorEndpoint(actor: Actor): Endpoint {
  const parsed = parseActor(actor);
  if (parsed.kind === 'invalid') throw new TypeError(`${JSON.stringify(actor)} ${parsed.reason}`);
  return parsed.endpoint;
}

function actorAt(endpoint: Endpoint): ParsedActor {
  return { kind: 'actor', actor: normaliseActor(endpoint), endpoint };
}

function invalid(reason: string): ParsedActor {
  return { kind: 'invalid', reason };
}

function canonicalHost(text: string): string | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text;
  return canonicalIPv6(text);
}

function canonicalIPv6(text: string): string | null {
  // ipaddr.js alone takes more than the standard allows; a zone (%eth0) has a meaning on one machine only.
  if (!isIPv6(text) || text.includes('%') || IPV4_COMPATIBLE.test(text)) return null;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

function namesOneHost(host: string): boolean {
  const range = ipaddr.parse(host).range();
  return range !== 'unspecified' && range !== 'multicast' && range !== 'broadcast';
}
