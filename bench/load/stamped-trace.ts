/** The events of all actors with the time at which each was written: traces know causes, but no clocks. */
import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface StampedEvent {
  /** Milliseconds, as of performance.now(). */
  readonly time: number;
  readonly actor: string;
  readonly event: string;
  /** `ballot/slot#digest`. */
  readonly vote?: string | null;
  /** Who made the vote chosen. */
  readonly accepted?: readonly string[];
}

/** What actors with `--trace FILE` write arrives here at once: an event is written before anybody can see its effect. */
export class StampedTrace {
  readonly file: string;
  readonly #directory: string;
  readonly #socket: Socket;
  #events: StampedEvent[] = [];
  #rest = '';

  private constructor(directory: string) {
    this.#directory = directory;
    this.file = join(directory, 'events');
    execFileSync('mkfifo', [this.file]);
    // Open for writing as well, so that it does not end with the first actor.
    const fd = openSync(this.file, constants.O_RDWR | constants.O_NONBLOCK);
    this.#socket = new Socket({ fd, readable: true, writable: false });
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (chunk: string) => this.#hear(chunk));
  }

  static async create(): Promise<StampedTrace> {
    return new StampedTrace(await mkdtemp(join(tmpdir(), 'stamped-')));
  }

  /** Those since the last call. */
  take(): readonly StampedEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await rm(this.#directory, { recursive: true });
  }

  #hear(chunk: string): void {
    const time = performance.now();
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = eventOf(line);
      if (event !== null) this.#events.push({ ...event, time });
    }
  }
}

/** Null if the long lines of two actors got mixed, which a pipe keeps apart only up to a page. */
function eventOf(line: string): Omit<StampedEvent, 'time'> | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
