import { once } from 'node:events';
import { createServer } from 'node:http';
import { portOf } from '../transport/actors.ts';

export interface StandInOptions {
  /** What the n-th increment, from 1 on, really adds: an honest one what was asked. */
  readonly counts?: (n: number, amount: bigint) => bigint;
  /** What the n-th increment is answered. */
  readonly status?: (n: number) => number;
}

/** Counts in memory, or only says so. */
export async function standIn({ counts = (_, amount) => amount, status = () => 200 }: StandInOptions = {}) {
  const totals = new Map<string, bigint>();
  let increments = 0;
  const server = createServer(async (request, response) => {
    const [, , counter = ''] = (request.url ?? '').split('/');
    let body = '';
    for await (const chunk of request) body += chunk;
    let code = 200;
    if (request.method === 'POST') {
      increments += 1;
      code = status(increments);
      totals.set(counter, (totals.get(counter) ?? 0n) + counts(increments, BigInt(body)));
    }
    const answer = String(totals.get(counter) ?? 0n);
    response.writeHead(code, { 'content-length': answer.length }).end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    actor: 'stand-in',
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
