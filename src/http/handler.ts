/**
 * What answers the requests of one actor: the counters' routes as they are nearly always asked for, in plain text, go by
 * way of no framework, which would cost more than counting does. Everything else is Koa's, by the same functions.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { REQUEST_TIMEOUT_MS } from '../limits.ts';
import { type Answer, type Done, send } from './answer.ts';
import { type AppOptions, createApp } from './app.ts';
import { add, answered, consistentValue, increment, value } from './counter-routes.ts';
import { answerTo } from './errors.ts';
import { PLAIN_TARGET, type PlainRequest } from './plain-connections.ts';
import { decodeName } from './target.ts';

const HOT_URL = new RegExp(`^${PLAIN_TARGET.source}$`);
const HOT_URL_BYTES = 600;

export interface Handler {
  /** What node:http made a request of. */
  readonly serve: RequestListener;
  /** What came whole. Never throws. */
  readonly answer: (request: PlainRequest, done: Done) => void;
}

export function createHandler(options: AppOptions): Handler {
  const app = createApp(options).callback();
  const { service, onError } = options;
  const answerError = (error: unknown) => answerTo(error, onError);
  return {
    serve(request, response) {
      const answering = answerHot(request, response, options);
      if (answering === null) app(request, response);
      else answering.catch(answerError).then((answer) => send(request, response, answer, 'text'));
    },
    answer(request, done) {
      try {
        answerPlain(service, request, done);
      } catch (error) {
        done(answerError(error));
      }
    },
  };
}

function answerPlain(service: AppOptions['service'], request: PlainRequest, done: Done): void {
  switch (request.type) {
    case 'increment':
      add(service, decodeName(request.segment), request.body, done);
      break;
    case 'value':
      value(service, request.segment, done);
      break;
    case 'consistent_value':
      consistentValue(service, request.segment, '', done);
  }
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
  if (what === '/value') return answered((done) => value(service, name, done));
  if (what !== '/consistent_value') return null;
  return answered((done) => consistentValue(service, name, '', done));
}
