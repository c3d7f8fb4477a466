import { during } from '../during.ts';
import type { Worker } from '../load/measured.ts';
import type { Durability } from '../load/quorate.ts';
import type { RunningPeer } from '../peers/peer.ts';
import { withFlush } from './flush.ts';
import { bareKoa } from './koa.ts';
import { withLink } from './link.ts';

/** What an operation of one client cannot be faster than: each is one round trip, or one flush. */
export interface Bounds {
  readonly flush: Worker;
  readonly http: Worker;
  /** Where `http` goes. */
  readonly koa: RunningPeer;
  readonly link: Worker;
}

export function withBounds<T>(durability: Durability, use: (bounds: Bounds) => Promise<T>): Promise<T> {
  return withFlush(durability, (flush) =>
    withLink((link) =>
      during(
        bareKoa(1).start(''),
        (server) => server.stop(),
        async (server) => {
          const client = await server.connect(0);
          return use({ flush, link, koa: server, http: () => client.add('one', 1) });
        },
      ),
    ),
  );
}
