/** Connections on which no HTTP could be understood: there is no request to respond to, only a socket. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { LINGER_MS, MAX_HEADER_BYTES, MAX_URL_BYTES } from '../limits.ts';
import { type Answer, problem } from './answer.ts';

export const LATE_HEAD = problem(408, 'the head of the request did not arrive in time');

/** From an error of node:http's parser or of its look for late heads. */
export function headProblem(error: Error): Answer {
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      if (requestLineIsTooLong(error)) {
        return problem(414, `a path and query may have at most ${MAX_URL_BYTES} bytes`);
      }
      return problem(431, `the head of a request may have at most ${MAX_HEADER_BYTES} bytes`);
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problem(413, 'the extensions of the chunks of the body are too long');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return LATE_HEAD;
    case 'HPE_INVALID_URL':
      return problem(
        400,
        'malformed HTTP: a path and query may only have ASCII characters; percent-encode all others',
      );
    default:
      return problem(400, `malformed HTTP: ${reasonOf(error)}`);
  }
}

/** Known only if the request began in the bytes that overflowed; else it counts as a long head. */
function requestLineIsTooLong(error: Error): boolean {
  if (!('rawPacket' in error) || !Buffer.isBuffer(error.rawPacket)) return false;
  const lineEnd = error.rawPacket.indexOf('\n');
  const begins = /^[A-Z-]+ \//.test(error.rawPacket.toString('latin1', 0, 32));
  return begins && (lineEnd === -1 || lineEnd > MAX_HEADER_BYTES);
}

function reasonOf(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}

/** Answers in text and closes; what the client still sends is read for a while, so that it can read the answer. */
export function refuseConnection(socket: Socket, { status, text }: Answer): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Cache-Control: no-store',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
