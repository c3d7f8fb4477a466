/** Where the actors are, as addresses of the network. */
import { networkInterfaces } from 'node:os';
import { actorEndpoint, parseActor } from '../actors.ts';
import type { Actor } from '../paxos/ballot.ts';

export function peerUrl(actor: Actor, path: string): string {
  const { host, port } = actorEndpoint(actor);
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
}

/** Whether `address`, as a socket names it, is that of the actor. Its port is not: who dials has any. */
export function isHostOf(actor: Actor, address: string | undefined): boolean {
  const parsed = parseActor((address ?? '').replace(/%.*$/, ''));
  return parsed.kind === 'actor' && parsed.endpoint.host === actorEndpoint(actor).host;
}

/**
 * What this actor's own sockets are bound to, so that peers see its address however many this machine has.
 * Null where the actor is known by an address that is not this machine's: behind a translation of addresses.
 */
export function ownAddress(self: Actor): string | null {
  const { host } = actorEndpoint(self);
  if (host.startsWith('127.')) return host;
  const own = Object.values(networkInterfaces()).some((list) =>
    list?.some(({ address }) => address === host),
  );
  return own ? host : null;
}
