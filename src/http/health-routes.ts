import type Router from '@koa/router';
import type { CounterService } from '../runtime/service.ts';
import { respond } from './answer.ts';
import { readinessAnswer } from './outcomes.ts';

export function mountHealth(router: Router, service: CounterService): void {
  router.get('/livez', (ctx) => {
    respond(ctx, { status: 200, headers: {}, text: 'ok', json: { alive: true } });
  });
  router.get('/readyz', (ctx) => {
    respond(ctx, readinessAnswer(service.readiness()));
  });
}
