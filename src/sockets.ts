/**
 * Sockets that are read into memory which all of them share. node:net takes memory of its own for each read, which costs about
 * as much as understanding the request in it, and collecting that later as much again.
 */
import { connect as connectSocket, Socket, type TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';

/** Bytes of one read at the most, as many as libuv suggests. */
const READ_BYTES = 65_536;
const memory = Buffer.allocUnsafeSlow(READ_BYTES);
/** Elsewhere a read is given its memory long before there is anything to read. */
const isShared = process.platform !== 'win32';

const receivers = new WeakMap<Duplex, (bytes: Buffer) => void>();

/** As node:net has it, but for what the socket is read into. */
export function connect(options: TcpNetConnectOpts): Socket {
  const socket: Socket = connectSocket(isShared ? { ...options, onread: reading(() => socket) } : options);
  return socket;
}

/** What node:net gives a socket that a server accepts, and does not tell in its types. */
interface Accepted {
  _handle?: object | null;
  _server?: object;
}

/**
 * A socket in place of `accepted`, which its server has just told of: a server gives its sockets no memory to read into. It
 * counts as that server's connection; `accepted` is of no use any more.
 */
export function adopt(accepted: Socket & Accepted): Socket {
  const { _handle: handle, _server, allowHalfOpen } = accepted;
  if (!isShared || handle === undefined || handle === null) return accepted;
  accepted._handle = null;
  const options: object = { handle, allowHalfOpen, onread: reading(() => socket) };
  const socket = new Socket(options);
  return Object.assign(socket, { server: _server, _server });
}

/** What comes goes to `receiver`, in place of events. It is only there until that returns. */
export function receive(socket: Duplex, receiver: (bytes: Buffer) => void): void {
  receivers.set(socket, receiver);
  // For what was read before, and a socket that is none of these.
  socket.on('data', receiver);
}

/** From now on it is a stream like others. */
export function receiveNoMore(socket: Duplex, receiver: (bytes: Buffer) => void): void {
  receivers.delete(socket);
  socket.off('data', receiver);
}

function reading(socketOf: () => Socket) {
  return {
    buffer: memory,
    callback(length: number): boolean {
      const socket = socketOf();
      const receiver = receivers.get(socket);
      const bytes = memory.subarray(0, length);
      if (receiver === undefined || socket.readableFlowing !== true) return socket.push(Buffer.from(bytes));
      receiver(bytes);
      return true;
    },
  };
}
