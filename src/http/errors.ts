/** Everything that keeps a request from being served ends here and becomes one answer. */
import type { Middleware } from 'koa';
import { type Answer, type Headers, problem, respond } from './answer.ts';

/** Thrown where a request is found to be bad, before anything was changed. The message is for the client. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly headers: Headers;

  constructor(
    status: number,
    detail: string,
    { headers = {}, cause }: { headers?: Headers; cause?: unknown } = {},
  ) {
    super(detail, { cause });
    this.name = 'HttpProblem';
    this.status = status;
    this.headers = headers;
  }
}

export type OnError = (error: unknown) => void;

/** What nobody expected is told to `onError` in full, and to the client not at all. */
export function answerTo(error: unknown, onError: OnError): Answer {
  if (error instanceof HttpProblem) return problem(error.status, error.message, error.headers);
  onError(error);
  return problem(500, 'internal error; it is unknown whether the request took effect');
}

export function answerErrors(onError: OnError): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      respond(ctx, answerTo(error, onError));
    }
  };
}

/** A client that went away in the middle is no error of ours. */
export function isDisconnect(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
