/** What HTTP alone costs here: a Koa server that answers every request with a constant. Prints its port. */
import type { AddressInfo } from 'node:net';
import Koa from 'koa';

const app = new Koa();
app.use(async (ctx) => {
  for await (const _ of ctx.req);
  ctx.body = '5';
});
const server = app.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());
