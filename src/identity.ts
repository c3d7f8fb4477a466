import { networkInterfaces } from 'node:os';
import { actorEndpoint } from './actors.ts';
import type { ListenAddress } from './config.ts';
import type { Actor } from './paxos/ballot.ts';

export type Identified =
  | { readonly kind: 'self'; readonly self: Actor }
  | { readonly kind: 'unidentified'; readonly reason: string };

export interface IdentityOptions {
  readonly advertise: Actor | null;
  /** As bound, with the real port. */
  readonly listen: ListenAddress;
  /** Which of the actors answer with this process's nonce. */
  readonly ask: (actors: readonly Actor[]) => Promise<readonly Actor[]>;
}

/** Which of `actors` this is: the advertised one; else by the addresses of its interfaces; else by asking them. */
export async function identify(actors: readonly Actor[], options: IdentityOptions): Promise<Identified> {
  const { advertise, listen, ask } = options;
  if (advertise !== null) {
    if (actors.includes(advertise)) return { kind: 'self', self: advertise };
    return { kind: 'unidentified', reason: `the advertised address ${advertise} is not among the actors` };
  }
  const local = actors.filter((actor) => isHere(actor, listen));
  const found = local.length > 0 ? local : await ask(actors);
  const [self, ...others] = found;
  if (self === undefined) {
    const reason = `none of the actors ${actors.join(', ')} is this one, which listens on port ${listen.port}; start it with --advertise`;
    return { kind: 'unidentified', reason };
  }
  if (others.length === 0) return { kind: 'self', self };
  return { kind: 'unidentified', reason: `${found.join(' and ')} are the same actor; list one of them` };
}

function isHere(actor: Actor, listen: ListenAddress): boolean {
  const { host, port } = actorEndpoint(actor);
  if (port !== listen.port) return false;
  if (listen.host !== '0.0.0.0' && listen.host !== '::') return host === listen.host;
  // All of 127.0.0.0/8 is this machine, though the interface names one address of it.
  return host.startsWith('127.') || interfaceAddresses().includes(host);
}

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((interfaces) =>
    (interfaces ?? []).map(({ address }) => address),
  );
}
