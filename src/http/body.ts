import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpProblem } from './errors.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** The bytes of a request's body, whatever its Content-Type says. */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  { maxBytes, timeoutMs }: BodyLimits,
): Promise<Buffer> {
  const { headers } = request;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new HttpProblem(415, 'a body must not be compressed; send it without Content-Encoding');
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  // Asked only now: who waits for the word to go on is spared a body that is refused.
  if (headers.expect !== undefined) response.writeContinue();
  return collect(request, maxBytes, timeoutMs);
}

function collect(request: IncomingMessage, maxBytes: number, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let settled = false;
    const timer = setTimeout(() => {
      fail(new HttpProblem(408, `the body did not arrive within ${timeoutMs / 1_000} seconds`));
    }, timeoutMs);
    const settle = () => {
      settled = true;
      clearTimeout(timer);
    };
    const fail = (problem: HttpProblem) => {
      settle();
      request.off('data', take);
      reject(problem);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) fail(tooLarge(maxBytes));
      else chunks.push(chunk);
    };
    // Comes after every request, so that an error is made only where it is one: it costs more than all the rest here.
    const cutOff = (cause?: unknown) => {
      if (!settled) fail(new HttpProblem(400, 'the body was cut off', { cause }));
    };
    request.on('data', take);
    request.once('end', () => {
      if (settled) return;
      settle();
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks));
    });
    request.once('error', cutOff);
    request.once('close', cutOff);
  });
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, `the body may have at most ${maxBytes} bytes`);
}
