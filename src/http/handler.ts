/**
 * What answers the requests of one actor: the counters' routes as they are nearly always asked for, in plain text, go by
 * way of no framework, which would cost more than counting does. Everything else is Koa's, by the same functions.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { REQUEST_TIMEOUT_MS } from '../limits.ts';
import { type Answer, send } from './answer.ts';
import { type AppOptions, createApp } from './app.ts';
import { consistentValue, increment, value } from './counter-routes.ts';
import { answerTo } from './errors.ts';

/** A name in characters that stand for themselves, and no query. */
const HOT_URL = /^\/counter\/([!"$&-.0-9:->@-~]{1,512})(\/value|\/consistent_value)?$/;
const HOT_URL_BYTES = 600;

export function createHandler(options: AppOptions): RequestListener {
  const app = createApp(options).callback();
  const { onError } = options;
  return (request, response) => {
    const answering = answerHot(request, response, options);
    if (answering === null) {
      app(request, response);
      return;
    }
    answering.then(
      (answer) => send(request, response, answer, 'text'),
      (error: unknown) => send(request, response, answerTo(error, onError), 'text'),
    );
  };
}

/** Null: Koa is to answer. */
function answerHot(
  request: IncomingMessage,
  response: ServerResponse,
  { service, bodyTimeoutMs = REQUEST_TIMEOUT_MS }: AppOptions,
): Promise<Answer> | null {
  const { url = '', method, headers } = request;
  if (url.length > HOT_URL_BYTES || (headers.accept !== undefined && headers.accept !== '*/*')) return null;
  const [, name, what] = HOT_URL.exec(url) ?? [];
  if (name === undefined) return null;
  if (method === 'POST' && what === undefined) {
    return increment(service, name, request, response, bodyTimeoutMs);
  }
  if (method !== 'GET') return null;
  if (what === '/value') return value(service, name);
  return what === '/consistent_value' ? consistentValue(service, name, '') : null;
}
