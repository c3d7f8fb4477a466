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
  const { headers, httpVersion } = request;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new HttpProblem(415, 'a body must not be compressed; send it without Content-Encoding');
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  // Asked only now: who waits for the word to go on is spared a body that is refused.
  if (headers.expect !== undefined && httpVersion === '1.1') response.writeContinue();
  return collect(request, maxBytes, timeoutMs);
}

function collect(request: IncomingMessage, maxBytes: number, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (problem: HttpProblem) => {
      clearTimeout(timer);
      request.off('data', take);
      reject(problem);
    };
    const timer = setTimeout(() => {
      fail(new HttpProblem(408, `the body did not arrive within ${timeoutMs / 1_000} seconds`));
    }, timeoutMs);
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) fail(tooLarge(maxBytes));
      else chunks.push(chunk);
    };
    request.on('data', take);
    request.once('end', () => {
      clearTimeout(timer);
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks));
    });
    // Also when the client goes away before the end.
    request.once('error', (cause) => fail(new HttpProblem(400, 'the body was cut off', { cause })));
  });
}

function tooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, `the body may have at most ${maxBytes} bytes`);
}
