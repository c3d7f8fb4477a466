/** What actors ask of each other over HTTP: GET /peer/link becomes a link, GET /peer/nonce says which process this is. */
import type { Middleware } from 'koa';
import { LINK_PROTOCOL } from './hello.ts';

export function peerRoutes(nonce: string): Middleware {
  return async (ctx, next) => {
    switch (`${ctx.method} ${ctx.path}`) {
      case 'GET /peer/nonce':
        ctx.type = 'text/plain';
        ctx.body = nonce;
        return;
      case 'GET /peer/link':
        ctx.set('Upgrade', LINK_PROTOCOL);
        ctx.status = 426;
        ctx.body = `expected the field Upgrade: ${LINK_PROTOCOL}\n`;
        return;
      default:
        await next();
    }
  };
}
