import { connect, type Socket } from 'node:net';

const END = '\r\n';

/**
 * A connection to Redis or Valkey that sends some commands at once, and then waits for all their answers. As little work
 * per command as can be; knows only the answers that counting gives.
 */
export class RespClient {
  readonly #socket: Socket;
  #received = '';
  #broken: Error | null = null;
  #waiting: {
    readonly count: number;
    readonly resolve: (answers: string[]) => void;
    readonly reject: (error: Error) => void;
  } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#received += chunk;
      this.#parse();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  static open(port: number): Promise<RespClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve(new RespClient(socket));
      });
      socket.once('error', reject);
    });
  }

  /** Commands of words without spaces. An array is answered as its last element; nil is empty. */
  ask(commands: readonly string[]): Promise<string[]> {
    if (this.#broken !== null) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#waiting = { count: commands.length, resolve, reject };
      this.#socket.write(commands.map((command) => command + END).join(''));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#broken ??= error;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(error);
  }

  #parse(): void {
    if (this.#waiting === null || !this.#received.endsWith(END)) return;
    const lines = this.#received.slice(0, -END.length).split(END);
    const answers: string[] = [];
    while (lines.length > 0) {
      const answer = take(lines);
      if (answer === null) return;
      if (answer instanceof Error) {
        this.#fail(answer);
        return;
      }
      answers.push(answer);
    }
    if (answers.length < this.#waiting.count) return;
    const { resolve } = this.#waiting;
    this.#received = '';
    this.#waiting = null;
    resolve(answers);
  }
}

/** Takes one answer off the lines; null if it isn't whole yet. */
function take(lines: string[]): string | Error | null {
  const line = lines.shift() ?? '';
  const rest = line.slice(1);
  switch (line[0]) {
    case ':':
      return rest;
    case '-':
      return new Error(rest);
    case '$':
      return rest === '-1' ? '' : (lines.shift() ?? null);
    case '*':
      return (
        Array.from({ length: Number(rest) }, () => (lines.length > 0 ? take(lines) : null)).at(-1) ?? null
      );
    default:
      return new Error(`not understood: ${line}`);
  }
}
