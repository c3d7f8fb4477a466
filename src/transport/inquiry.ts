/** Short requests to peers beside the links: to tell them the config, and to find out which of the actors this is. */
import got from 'got';
import { MAX_PEER_ANSWER, PEER_REQUEST_TIMEOUT_MS } from '../limits.ts';
import type { Actor } from '../paxos/ballot.ts';
import { peerUrl } from './hosts.ts';

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** Never throws: null if there was no answer in time, or one of more than MAX_PEER_ANSWER bytes. */
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
    const tooLong = new AbortController();
    try {
      const request = got(peerUrl(actor, path), {
        ...(json === undefined ? {} : { method: 'POST', json }),
        retry: { limit: 0 },
        timeout: { request: PEER_REQUEST_TIMEOUT_MS },
        decompress: false,
        followRedirect: false,
        throwHttpErrors: false,
        agent: { http: false },
        signal: AbortSignal.any([closing.signal, tooLong.signal]),
      });
      request.on('downloadProgress', ({ transferred }) => {
        if (transferred > MAX_PEER_ANSWER) tooLong.abort();
      });
      const { statusCode, body } = await request;
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
