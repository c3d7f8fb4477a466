import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One keep-alive connection, one request at a time, for answers with a Content-Length: as little work per request as can
 * be, so that what is measured is the server. Servers close connections that are not used; the next request opens another.
 */
export class Client {
  readonly #hostname: string;
  readonly #port: number;
  readonly #host: string;
  #socket: Socket | null = null;
  #received = '';
  #waiting: Waiting | null = null;

  private constructor(url: string) {
    const { hostname, port, host } = new URL(url);
    this.#hostname = hostname;
    this.#port = Number(port);
    this.#host = host;
  }

  static async open(url: string): Promise<Client> {
    const client = new Client(url);
    client.#socket = await client.#connect();
    return client;
  }

  post(path: string, body: string): Promise<Answer> {
    return this.#send(
      `POST ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  }

  get(path: string): Promise<Answer> {
    return this.#send(`GET ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n\r\n`);
  }

  /** What is under way is rejected. */
  close(): void {
    this.#socket?.destroy();
  }

  async #send(request: string): Promise<Answer> {
    const socket = this.#socket ?? (await this.#connect());
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      socket.write(request);
    });
  }

  #connect(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: this.#hostname, port: this.#port, noDelay: true });
      let reason = new Error('the connection was closed');
      socket.setEncoding('latin1');
      socket.once('connect', () => resolve(socket));
      socket.on('data', (chunk: string) => {
        this.#received += chunk;
        this.#parse();
      });
      socket.on('error', (error) => {
        reason = error;
      });
      socket.on('close', () => {
        reject(reason);
        this.#socket = null;
        this.#received = '';
        const waiting = this.#waiting;
        this.#waiting = null;
        waiting?.reject(reason);
      });
    });
  }

  #parse(): void {
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(this.#received)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (this.#received.length < end) return;
    const answer = {
      status: Number(this.#received.slice(9, 12)),
      body: this.#received.slice(headEnd + 4, end),
    };
    this.#received = this.#received.slice(end);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(answer);
  }
}
