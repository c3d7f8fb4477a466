/**
 * Connections whose requests all are for counters and come whole, one at a time, as nearly all do: they are answered on the
 * socket, since the objects that node:http makes of a request and its response cost more than counting does. With the first
 * bytes that are anything else the connection is node:http's, for good: what they mean is decided there.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { KEEP_ALIVE_GRACE_MS, KEEP_ALIVE_MS, MAX_HEADER_BYTES, MAX_INCREMENT_BODY } from '../limits.ts';
import { receive, receiveNoMore } from '../sockets.ts';
import { type Answer, type Done, PLAIN_TEXT } from './answer.ts';
import { LATE_HEAD, refuseConnection } from './malformed.ts';

/** Names are not decoded; of a body each byte is a character. */
export type PlainRequest =
  | { readonly type: 'increment'; readonly segment: string; readonly body: string }
  | { readonly type: 'value' | 'consistent_value'; readonly segment: string };

export interface PlainConnectionsOptions {
  /** Never throws. */
  readonly answer: (request: PlainRequest, done: Done) => void;
  /** `bytes` were read and not understood. */
  readonly handOver: (socket: Socket, bytes: Buffer) => void;
  /** An answer has left, or its client has gone. */
  readonly settled: () => void;
  /** Milliseconds that a client may take until its first request. */
  readonly headTimeoutMs: number;
}

/** A name in characters that stand for themselves, and no query. */
export const PLAIN_TARGET = /\/counter\/([!"$&-.0-9:->@-~]{1,512})(\/value|\/consistent_value)?/;

const REQUEST_LINE = new RegExp(`^(GET|POST) ${PLAIN_TARGET.source} HTTP/1\\.1\\r\\n`);
/** With the empty line behind them. */
const FIELDS = /(?:[A-Za-z-]+:[\t -~]*\r\n){1,32}\r\n/y;
/** Characters of fields that are kept until the next request. */
const MAX_KEPT_FIELDS = 1_024;
/** Fields that change nothing about how such a request is answered. Any other may. */
const HARMLESS =
  /^(?:(?:user-agent|content-type|accept-encoding|accept-language|sec-fetch-mode|origin|referer):|accept: *\*\/\*$|connection: *keep-alive$)/i;
const HOST = /^host: *[!-~]/i;
const LENGTH = /^content-length: *([0-9]{1,4}) *$/i;

/** Of one connection: mostly the fields of a request are those of the one before. */
export class PlainParser {
  /** Of the last request, with the empty line behind them; empty if they were too many to keep. */
  #fields = '';
  /** What those say, as bodyLength tells it. */
  #length: number | null = null;

  /** Null if it is anything else than exactly one such request. */
  parse(bytes: Buffer): PlainRequest | null {
    if (bytes.length > MAX_HEADER_BYTES) return null;
    const text = bytes.toString('latin1');
    const [line, method, segment, what] = REQUEST_LINE.exec(text) ?? [];
    if (line === undefined || segment === undefined || !this.#read(text, line.length)) return null;
    const length = this.#length;
    const bodyAt = line.length + this.#fields.length;
    if (this.#fields.length > MAX_KEPT_FIELDS) this.#fields = '';
    if (length === null || text.length !== bodyAt + Math.max(length, 0)) return null;
    if (method === 'POST' && what === undefined && length >= 0) {
      return { type: 'increment', segment, body: text.slice(bodyAt) };
    }
    if (method !== 'GET' || what === undefined || length >= 0) return null;
    return { type: what === '/value' ? 'value' : 'consistent_value', segment };
  }

  /** False if there are no fields at `at`. */
  #read(text: string, at: number): boolean {
    if (this.#fields !== '' && text.startsWith(this.#fields, at)) return true;
    FIELDS.lastIndex = at;
    const [fields] = FIELDS.exec(text) ?? [];
    if (fields === undefined) return false;
    this.#fields = fields;
    this.#length = bodyLength(fields);
    return true;
  }
}

/** -1 if no length is said; null if a field is not harmless, or not there once as it has to be. */
function bodyLength(fields: string): number | null {
  let length = -1;
  let hosts = 0;
  for (const field of fields.split('\r\n')) {
    if (field === '' || HARMLESS.test(field)) continue;
    if (HOST.test(field)) {
      hosts += 1;
      continue;
    }
    const said = LENGTH.exec(field)?.[1];
    if (said === undefined || length >= 0) return null;
    length = Number(said);
  }
  return hosts === 1 && length <= MAX_INCREMENT_BODY ? length : null;
}

/** Milliseconds between two looks for connections that are silent, at the most. */
const LOOK_MS = 1_000;

export class PlainConnections {
  readonly #options: PlainConnectionsOptions;
  readonly #connections = new Set<PlainConnection>();
  /** Runs while there are connections: a timer of each would be put back by each read and each write. */
  #looks: NodeJS.Timeout | null = null;
  #underWay = 0;
  #stopping = false;

  constructor(options: PlainConnectionsOptions) {
    this.#options = options;
  }

  /** Requests whose answers have not left yet. */
  get underWay(): number {
    return this.#underWay;
  }

  accept(socket: Socket): void {
    const { answer, handOver, settled, headTimeoutMs } = this.#options;
    const connection = new PlainConnection(socket, headTimeoutMs, {
      isLast: () => this.#stopping,
      answer: (request, done) => {
        this.#underWay += 1;
        answer(request, done);
      },
      answered: () => {
        this.#underWay -= 1;
        settled();
      },
      handOver: (bytes) => {
        this.#forget(connection);
        handOver(socket, bytes);
      },
      closed: () => this.#forget(connection),
    });
    this.#connections.add(connection);
    this.#looks ??= this.#look(Math.min(LOOK_MS, headTimeoutMs));
  }

  #look(everyMs: number): NodeJS.Timeout {
    const look = () => {
      for (const connection of this.#connections) connection.waited(everyMs);
    };
    return setInterval(look, everyMs).unref();
  }

  #forget(connection: PlainConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0 || this.#looks === null) return;
    clearInterval(this.#looks);
    this.#looks = null;
  }

  /** Connections close with the answer to the request under way, those without one at once. */
  stop(): void {
    this.#stopping = true;
    for (const connection of this.#connections) connection.closeIfIdle();
  }
}

interface Host {
  readonly isLast: () => boolean;
  readonly answer: (request: PlainRequest, done: Done) => void;
  /** The answer has left, or its client has gone: once for each request. */
  readonly answered: () => void;
  readonly handOver: (bytes: Buffer) => void;
  readonly closed: () => void;
}

class PlainConnection {
  readonly #socket: Socket;
  readonly #host: Host;
  readonly #parser = new PlainParser();
  /** `congested`: the client does not read its answers. */
  #state: 'idle' | 'answering' | 'congested' | 'over' = 'idle';
  /** What came meanwhile. The socket is paused as long as it is there. */
  #next: Buffer | null = null;
  #hasAnswered = false;
  /** Milliseconds since it was accepted or last answered, and how many are too many. */
  #silence = 0;
  #patience: number;
  /** The client sends nothing more. */
  #hasEnded = false;
  readonly #send = (answer: Answer) => this.#answer(answer);
  readonly #receive = (bytes: Buffer) => this.#take(bytes);
  readonly #end = () => this.#ended();
  readonly #close = () => this.#closed();
  readonly #left = () => this.#host.answered();

  constructor(socket: Socket, headTimeoutMs: number, host: Host) {
    this.#socket = socket;
    this.#host = host;
    this.#patience = headTimeoutMs;
    receive(socket, this.#receive);
    socket.on('end', this.#end).on('close', this.#close).on('error', ignore);
  }

  /** Not before its last answer has left. */
  closeIfIdle(): void {
    if (this.#state === 'idle' && this.#socket.writableLength === 0) this.#socket.destroy();
  }

  /** Who waits for an answer is not silent: the answer begins anew. */
  waited(milliseconds: number): void {
    this.#silence += milliseconds;
    if (this.#silence <= this.#patience || this.#state === 'answering') return;
    if (this.#state !== 'idle' || this.#hasAnswered) this.#socket.destroy();
    else {
      this.#state = 'over';
      refuseConnection(this.#socket, LATE_HEAD);
    }
  }

  #take(bytes: Buffer): void {
    if (this.#state === 'over') return;
    if (this.#state !== 'idle') {
      this.#next = Buffer.from(bytes);
      this.#socket.pause();
      return;
    }
    const request = this.#parser.parse(bytes);
    if (request === null) {
      this.#leave(bytes);
      return;
    }
    this.#state = 'answering';
    this.#host.answer(request, this.#send);
  }

  #answer(answer: Answer): void {
    // The client has gone.
    if (this.#state !== 'answering') return;
    const socket = this.#socket;
    const isLast = this.#hasEnded || this.#host.isLast();
    this.#silence = 0;
    this.#patience = KEEP_ALIVE_MS + KEEP_ALIVE_GRACE_MS;
    const flows = socket.write(responseOf(answer, isLast), this.#left);
    if (isLast) {
      this.#state = 'over';
      socket.end();
      // Whatever the client still sends is read and forgotten, so that it is no reason to reset the connection.
      socket.resume();
      return;
    }
    this.#hasAnswered = true;
    if (flows) this.#goOn();
    else {
      this.#state = 'congested';
      socket.pause();
      socket.once('drain', () => this.#goOn());
    }
  }

  #goOn(): void {
    if (this.#state === 'over') return;
    const wasCongested = this.#state === 'congested';
    this.#state = 'idle';
    const next = this.#next;
    this.#next = null;
    if (next !== null || wasCongested) this.#socket.resume();
    if (next !== null) this.#take(next);
  }

  #ended(): void {
    this.#hasEnded = true;
    if (this.#state === 'idle') this.#socket.end();
  }

  #leave(bytes: Buffer): void {
    const socket = this.#socket;
    this.#state = 'over';
    receiveNoMore(socket, this.#receive);
    socket.off('end', this.#end).off('close', this.#close).off('error', ignore);
    this.#host.handOver(Buffer.from(bytes));
  }

  #closed(): void {
    const wasAnswering = this.#state === 'answering';
    this.#state = 'over';
    this.#host.closed();
    if (wasAnswering) this.#host.answered();
  }
}

/** A cut connection is closed, which is listened to. */
function ignore(): void {}

const KEEP_ALIVE = `Connection: keep-alive\r\nKeep-Alive: timeout=${KEEP_ALIVE_MS / 1_000}\r\n\r\n`;
const CLOSE = 'Connection: close\r\n\r\n';

/** As node:http writes it. */
function responseOf({ status, headers, text }: Answer, isLast: boolean): string {
  let response =
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PLAIN_TEXT}\r\n` +
    `Content-Length: ${Buffer.byteLength(text)}\r\nCache-Control: no-store\r\n`;
  for (const name in headers) response += `${name}: ${headers[name]}\r\n`;
  return `${response}Date: ${httpDate()}\r\n${isLast ? CLOSE : KEEP_ALIVE}${text}`;
}

let date: string | null = null;

/** As node:http does it: the time is looked at once a second. */
function httpDate(): string {
  if (date !== null) return date;
  const now = new Date();
  setTimeout(() => {
    date = null;
  }, 1_000 - now.getMilliseconds()).unref();
  date = now.toUTCString();
  return date;
}
