/** What HTTP alone costs here: a Koa server that answers every request with a constant. Says its port. */
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { KEEP_ALIVE_MS } from '../../src/limits.ts';

const app = new Koa();
app.use(async (ctx) => {
  for await (const _ of ctx.req);
  ctx.body = '5';
});
const server = app.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
// As long as the actors keep theirs, so that clients take turns on the same connections.
server.keepAliveTimeout = KEEP_ALIVE_MS;
process.on('disconnect', () => process.exit());
