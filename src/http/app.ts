/** The routes of one actor as a Koa application. It never listens. */
import Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import { REQUEST_TIMEOUT_MS } from '../limits.ts';
import type { CounterService } from '../runtime/service.ts';
import { respond } from './answer.ts';
import { mountConfig } from './config-routes.ts';
import { mountCounters } from './counter-routes.ts';
import { answerErrors, HttpProblem, isDisconnect, type OnError } from './errors.ts';
import { mountHealth } from './health-routes.ts';
import { targetOf } from './target.ts';

export interface AppOptions {
  readonly service: CounterService;
  /** Mounts what lies under `/peer/`. */
  readonly peerRoutes?: (router: Router) => void;
  /** Told of what nobody expected; the client gets a 500 that says nothing of it. */
  readonly onError: OnError;
  readonly bodyTimeoutMs?: number;
}

export function createApp({
  service,
  peerRoutes,
  onError,
  bodyTimeoutMs = REQUEST_TIMEOUT_MS,
}: AppOptions): Koa {
  const router = new Router({ sensitive: true, strict: true });
  mountCounters(router, service, bodyTimeoutMs);
  mountConfig(router, service, bodyTimeoutMs);
  mountHealth(router, service);
  peerRoutes?.(router);

  const app = new Koa();
  // Koa reports here what happens to a response after the middleware: nearly always a client that went away.
  app.on('error', (error: unknown) => {
    if (!isDisconnect(error)) onError(error);
  });
  app.use(answerErrors(onError));
  app.use(routeByPathAsSent);
  app.use(router.routes());
  app.use(answerUnrouted);
  return app;
}

const routeByPathAsSent: Middleware = (ctx, next) => {
  ctx.newRouterPath = targetOf(ctx.url).path;
  return next();
};

const PATHS =
  'POST /counter/NAME, GET /counter/NAME/value, GET /counter/NAME/consistent_value, POST /config, GET /livez and GET ' +
  '/readyz, where NAME is one segment and not empty';

const answerUnrouted: Middleware = (ctx) => {
  const matched: Router['stack'] = ctx.matched ?? [];
  const methods = [...new Set(matched.flatMap((layer) => layer.methods))];
  if (methods.length === 0) throw new HttpProblem(404, `no such path; there are ${PATHS}`);
  const allow = methods.join(', ');
  if (ctx.method === 'OPTIONS') {
    respond(ctx, { status: 200, headers: { Allow: allow }, text: `${allow}\n`, json: { allow: methods } });
    return;
  }
  throw new HttpProblem(405, `${ctx.method} is not allowed on this path, but ${allow} is`, {
    headers: { Allow: allow },
  });
};
