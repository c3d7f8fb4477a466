import { during } from '../during.ts';
import type { Worker } from '../load/measured.ts';
import type { Durability } from '../load/quorate.ts';
import { type RunIn, runIn, serve } from '../load/run-in.ts';
import type { Progress } from '../report/progress.ts';
import { withFlush } from './flush.ts';
import { bareKoa } from './koa.ts';
import { withLink } from './link.ts';

/** What an operation of one client cannot be faster than: each is one round trip, or one flush. */
export interface Bounds {
  readonly flush: Worker;
  readonly http: Worker;
  readonly link: Worker;
}

/** Run in. */
export function withBounds<T>(
  durability: Durability,
  settings: RunIn,
  progress: Progress,
  use: (bounds: Bounds) => Promise<T>,
): Promise<T> {
  return withFlush(durability, (flush) =>
    withLink((link) =>
      withHttp(settings, progress, async (http) => {
        await serve({ name: 'link', workers: [link], pids: [] }, settings, progress);
        return use({ flush, link, http });
      }),
    ),
  );
}

/** Only the one of them. */
export function withHttp<T>(
  settings: RunIn,
  progress: Progress,
  use: (http: Worker) => Promise<T>,
): Promise<T> {
  return during(
    bareKoa(1).start(''),
    (server) => server.stop(),
    async (server) => {
      await runIn('a bare Koa server', server, settings, progress);
      const client = await server.connect(0);
      return use(() => client.add('one', 1)).finally(() => client.close());
    },
  );
}
