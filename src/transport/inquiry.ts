/** Short requests to peers beside the links: to tell them the config, and to find out which of the actors this is. */
import got from 'got';
import { PEER_REQUEST_TIMEOUT_MS } from '../limits.ts';
import type { Actor } from '../paxos/ballot.ts';
import { peerUrl } from './hosts.ts';

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** Never throws: null if there was no answer in time. */
export type Inquire = (actor: Actor, path: string, json?: unknown) => Promise<Answered | null>;

export interface Inquiries {
  readonly inquire: Inquire;
  /** Ends those under way, and returns when they have ended. */
  close(): Promise<void>;
}

export function createInquiries(): Inquiries {
  const closing = new AbortController();
  const underWay = new Set<Promise<unknown>>();

  async function ask(actor: Actor, path: string, json: unknown): Promise<Answered | null> {
    try {
      const { statusCode, body } = await got(peerUrl(actor, path), {
        ...(json === undefined ? {} : { method: 'POST', json }),
        retry: { limit: 0 },
        timeout: { request: PEER_REQUEST_TIMEOUT_MS },
        followRedirect: false,
        throwHttpErrors: false,
        agent: { http: false },
        signal: closing.signal,
      });
      return { status: statusCode, body };
    } catch {
      return null;
    }
  }

  return {
    inquire(actor, path, json) {
      const asked = ask(actor, path, json).finally(() => underWay.delete(asked));
      underWay.add(asked);
      return asked;
    },
    async close() {
      closing.abort();
      await Promise.all(underWay);
    },
  };
}
