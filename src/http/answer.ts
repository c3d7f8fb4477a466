/** What a request is answered, in both of its forms, and how it leaves. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Context } from 'koa';
import { LINGER_MS } from '../limits.ts';

export type Headers = Readonly<Record<string, string>>;

export const PLAIN_TEXT = 'text/plain; charset=utf-8';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Is told the answer, once. */
export type Done = (answer: Answer) => void;

/** An answer that says in one sentence why the request was not served; its JSON is RFC 9457's. */
export function problem(status: number, detail: string, headers: Headers = {}): Answer {
  const title = STATUS_CODES[status] ?? 'Error';
  return { status, headers, text: `${detail}\n`, json: { type: 'about:blank', title, status, detail } };
}

/** Text is what a client gets that does not ask for JSON by name. */
export function prefersJson(ctx: Context): boolean {
  const { accept } = ctx.req.headers;
  if (accept === undefined || accept === '*/*') return false;
  const type = ctx.accepts('text/plain', 'application/json', 'application/problem+json');
  return type !== false && type !== 'text/plain';
}

export function respond(ctx: Context, answer: Answer): void {
  ctx.respond = false;
  send(ctx.req, ctx.res, answer, prefersJson(ctx) ? 'json' : 'text');
}

/** Does nothing if the client has gone: there is nobody left to tell. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  form: 'text' | 'json',
): void {
  if (response.headersSent || response.destroyed || !request.socket.writable) return;
  const body = form === 'json' ? JSON.stringify(answer.json) : answer.text;
  const headers = headersOf(answer, body, form);
  if (bodyIsUnderWay(request)) {
    response.shouldKeepAlive = false;
    response.writeHead(answer.status, headers);
    endAfterBody(request, response, body);
  } else {
    response.writeHead(answer.status, headers).end(body);
  }
}

function headersOf(
  { status, headers }: Answer,
  body: string,
  form: 'text' | 'json',
): Record<string, string | number> {
  return {
    'Content-Type': contentType(status, form),
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...headers,
  };
}

function contentType(status: number, form: 'text' | 'json'): string {
  if (form === 'text') return PLAIN_TEXT;
  return status >= 400 ? 'application/problem+json' : 'application/json';
}

function bodyIsUnderWay({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Answers at once, but closes only when the client has stopped sending, or after a while: a connection that is closed
 * upon bytes that nobody read is reset, and the reset may overtake the answer.
 */
function endAfterBody(request: IncomingMessage, response: ServerResponse, body: string): void {
  const end = () => {
    clearTimeout(timer);
    if (!response.writableEnded) response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.once('end', end).once('close', end);
  response.flushHeaders();
  response.write(body);
  request.resume();
}
