/** What actors ask of each other over HTTP: GET /peer/link becomes a link, GET /peer/nonce says which process this is. */
import type Router from '@koa/router';
import { LINK_PROTOCOL } from './hello.ts';

export function addPeerRoutes(router: Router, nonce: string): void {
  router.get('/peer/nonce', (ctx) => {
    ctx.type = 'text/plain';
    ctx.body = nonce;
  });
  router.get('/peer/link', (ctx) => {
    ctx.set('Upgrade', LINK_PROTOCOL);
    ctx.status = 426;
    ctx.body = `expected the field Upgrade: ${LINK_PROTOCOL}, and no unanswered request before it on this connection\n`;
  });
}
