/** What actors ask of each other over HTTP: POST /peer/link opens a link, GET /peer/nonce says which process this is. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Middleware } from 'koa';

export interface PeerRoutesOptions {
  readonly nonce: string;
  readonly accept: (request: IncomingMessage, response: ServerResponse) => void;
}

export function peerRoutes({ nonce, accept }: PeerRoutesOptions): Middleware {
  return async (ctx, next) => {
    switch (`${ctx.method} ${ctx.path}`) {
      case 'GET /peer/nonce':
        ctx.type = 'text/plain';
        ctx.body = nonce;
        return;
      case 'POST /peer/link':
        ctx.respond = false;
        // A link ends by being cut, which Koa would report as a failed answer.
        ctx.onerror = () => {};
        accept(ctx.req, ctx.res);
        return;
      default:
        await next();
    }
  };
}
