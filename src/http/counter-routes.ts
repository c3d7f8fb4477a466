/**
 * The counters. The functions know nothing of Koa: request in, answer out, `HttpProblem` thrown. Whatever calls
 * them, the rules are these.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Router from '@koa/router';
import { MAX_INCREMENT_BODY } from '../limits.ts';
import type { CounterService } from '../runtime/service.ts';
import { parseAmount } from './amount.ts';
import { type Answer, type Done, respond } from './answer.ts';
import { readBody } from './body.ts';
import { HttpProblem } from './errors.ts';
import { incrementAnswer, readAnswer } from './outcomes.ts';
import { quote } from './quote.ts';
import { decodeName, targetOf } from './target.ts';

/** They capture the segment of the counter's name as it was sent. */
export const INCREMENT_PATH = /^\/counter\/([^/]+)$/;
export const VALUE_PATH = /^\/counter\/([^/]+)\/value$/;
export const CONSISTENT_VALUE_PATH = /^\/counter\/([^/]+)\/consistent_value$/;

/** For whoever waits. */
export function answered(ask: (done: Done) => void): Promise<Answer> {
  return new Promise(ask);
}

export async function increment(
  service: CounterService,
  segment: string,
  request: IncomingMessage,
  response: ServerResponse,
  bodyTimeoutMs: number,
): Promise<Answer> {
  const name = decodeName(segment);
  const body = await readBody(request, response, { maxBytes: MAX_INCREMENT_BODY, timeoutMs: bodyTimeoutMs });
  return answered((done) => add(service, name, body.toString('latin1'), done));
}

/** With the whole body of an increment, a character for each byte. */
export function add(service: CounterService, name: string, body: string, done: Done): void {
  service.increment(name, parseAmount(body), (outcome) => done(incrementAnswer(name, service.self, outcome)));
}

export function value(service: CounterService, segment: string, done: Done): void {
  const name = decodeName(segment);
  service.value(name, (outcome) => done(readAnswer(name, service.self, 'local', outcome)));
}

export function consistentValue(service: CounterService, segment: string, query: string, done: Done): void {
  const name = decodeName(segment);
  const all = demandsAll(query);
  service.consistentValue(name, { all }, (outcome) =>
    done(readAnswer(name, service.self, 'linearizable', outcome)),
  );
}

function demandsAll(query: string): boolean {
  if (query === '') return false;
  const demands = new URLSearchParams(query).getAll('actors');
  const other = demands.find((demand) => demand !== 'all');
  if (other !== undefined) {
    throw new HttpProblem(
      400,
      `actors in a query can only be "all" (to hear every actor); got ${quote(other)}`,
    );
  }
  return demands.length > 0;
}

export function mountCounters(router: Router, service: CounterService, bodyTimeoutMs: number): void {
  router.post(INCREMENT_PATH, async (ctx) => {
    respond(ctx, await increment(service, segmentOf(ctx.captures), ctx.req, ctx.res, bodyTimeoutMs));
  });
  router.get(VALUE_PATH, async (ctx) => {
    const segment = segmentOf(ctx.captures);
    respond(ctx, await answered((done) => value(service, segment, done)));
  });
  router.get(CONSISTENT_VALUE_PATH, async (ctx) => {
    const segment = segmentOf(ctx.captures);
    const { query } = targetOf(ctx.url);
    respond(ctx, await answered((done) => consistentValue(service, segment, query, done)));
  });
}

function segmentOf(captures: string[] | undefined): string {
  const segment = captures?.[0];
  if (segment === undefined) throw new TypeError('the router did not capture the segment of the name');
  return segment;
}
