import { connect, type Socket } from 'node:net';

const SESSION_MS = 30_000;
/**
 * More often than the session needs: 3.8.0 left lone clients waiting until something else came (ZOOKEEPER-4537, it seems).
 */
const PING_MS = 1_000;

/** What ZooKeeper's protocol calls them. */
const CREATE = 1;
const GET_DATA = 4;
const SET_DATA = 5;
const SYNC = 9;
const PING = 11;
const PING_NUMBER = -2;
const NO_NODE = -101;
const BAD_VERSION = -103;
const NODE_EXISTS = -110;

const ALL_PERMISSIONS = 31;
const VERSION_IN_STAT = 32;

export interface Data {
  readonly text: string;
  readonly version: number;
}

interface Reply {
  readonly error: number;
  readonly body: Buffer;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

const int = (value: number) => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const bytesOf = (text: string) => {
  const bytes = Buffer.from(text);
  return Buffer.concat([int(bytes.length), bytes]);
};
const frame = (...parts: readonly Buffer[]) => {
  const payload = Buffer.concat(parts);
  return Buffer.concat([int(payload.length), payload]);
};

const ANYONE = Buffer.concat([int(1), int(ALL_PERMISSIONS), bytesOf('world'), bytesOf('anyone')]);
const PERSISTENT = int(0);

/** One session on one connection: as much of ZooKeeper's protocol as counting needs. The libraries know no sync. */
export class ZooKeeperClient {
  readonly #socket: Socket;
  /** Answered in this order. */
  readonly #waiting: Waiting[] = [];
  #received: Buffer = Buffer.alloc(0);
  #broken: Error | null = null;
  #isOpen = false;
  #pings: NodeJS.Timeout | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#parse();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  static async open(port: number): Promise<ZooKeeperClient> {
    const client = new ZooKeeperClient(connect(port, '127.0.0.1'));
    const [protocol, lastSeen] = [int(0), Buffer.alloc(8)];
    const [session, password, readOnly] = [Buffer.alloc(8), Buffer.alloc(16), Buffer.alloc(1)];
    await client.#send(
      frame(protocol, lastSeen, int(SESSION_MS), session, int(password.length), password, readOnly),
    );
    const ping = frame(int(PING_NUMBER), int(PING));
    client.#pings = setInterval(() => client.#socket.write(ping), PING_MS);
    return client;
  }

  /** False if there is one already. */
  async create(path: string, text: string): Promise<boolean> {
    const { error } = await this.#ask(CREATE, bytesOf(path), bytesOf(text), ANYONE, PERSISTENT);
    return isDone(error, NODE_EXISTS);
  }

  /** As this server knows it; null if there is none. */
  async get(path: string): Promise<Data | null> {
    const { error, body } = await this.#ask(GET_DATA, bytesOf(path), Buffer.alloc(1));
    if (!isDone(error, NO_NODE)) return null;
    const end = 4 + body.readInt32BE(0);
    return { text: body.toString('latin1', 4, end), version: body.readInt32BE(end + VERSION_IN_STAT) };
  }

  /** False if it has another version. */
  async set(path: string, text: string, version: number): Promise<boolean> {
    const { error } = await this.#ask(SET_DATA, bytesOf(path), bytesOf(text), int(version));
    return isDone(error, BAD_VERSION);
  }

  /** What is asked for after it sees all that the leader had decided by then. */
  async sync(path: string): Promise<void> {
    const { error } = await this.#ask(SYNC, bytesOf(path));
    isDone(error);
  }

  close(): void {
    this.#socket.destroy();
  }

  #ask(operation: number, ...body: readonly Buffer[]): Promise<Reply> {
    // Answers come in order: all may have the same number.
    return this.#send(frame(int(1), int(operation), ...body));
  }

  #send(bytes: Buffer): Promise<Reply> {
    if (this.#broken !== null) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(bytes);
    });
  }

  #fail(error: Error): void {
    clearInterval(this.#pings);
    this.#broken ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #parse(): void {
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readInt32BE(0);
      if (this.#received.length < end) return;
      const payload = this.#received.subarray(4, end);
      this.#received = this.#received.subarray(end);
      if (this.#isOpen && payload.readInt32BE(0) === PING_NUMBER) continue;
      // The first answer is to the connecting, and has no header.
      const reply = this.#isOpen
        ? { error: payload.readInt32BE(12), body: payload.subarray(16) }
        : { error: 0, body: payload };
      this.#isOpen = true;
      this.#waiting.shift()?.resolve(reply);
    }
  }
}

/** Whether it is done, or refused for the one reason that is expected. */
function isDone(error: number, expected?: number): boolean {
  if (error !== 0 && error !== expected) throw new Error(`ZooKeeper answered ${error}`);
  return error === 0;
}
