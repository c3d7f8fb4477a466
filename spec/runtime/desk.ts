/** One driver, with a disk, a network and a clock that move by hand. */
import { FLUSH_GROUP } from '../../src/limits.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import { Driver } from '../../src/runtime/driver.ts';
import type { PeerMessage, StoreWrite } from '../../src/runtime/ports.ts';
import type { DriverReply } from '../../src/runtime/requests.ts';
import { MemoryDisk, MemoryStore } from '../../src/store/memory-store.ts';
import { answerWords, counting } from '../counter/words.ts';
import { messageWords } from '../paxos/words.ts';

/** Ticks. */
export const READ_TIMEOUT = 300;

export interface DeskOptions {
  readonly self?: Actor;
  readonly actors?: readonly Actor[];
  /** Of the life before. */
  readonly disk?: MemoryDisk;
  readonly minority?: 'accept' | 'refuse';
  readonly hotCounters?: number;
  readonly flushGroup?: number;
}

export interface Frame {
  readonly to: Actor;
  readonly messages: readonly PeerMessage[];
}

interface UnderWay {
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

export class Desk {
  readonly disk: MemoryDisk;
  readonly store: MemoryStore;
  readonly driver: Driver;
  readonly writes: StoreWrite[] = [];
  readonly failures: Error[] = [];
  readonly answers: string[] = [];
  frames: Frame[] = [];
  #scheduled: (() => void)[] = [];
  #delayed: (() => void)[] = [];
  #underWay: UnderWay | null = null;
  #asked = 0;

  constructor(options: DeskOptions = {}) {
    const {
      self = 'a',
      actors = ['a', 'b', 'c'],
      minority = 'accept',
      hotCounters = 1_000,
      flushGroup = FLUSH_GROUP,
    } = options;
    this.disk = options.disk ?? new MemoryDisk(`disk of ${self}`);
    this.store = new MemoryStore(this.disk, {
      complete: (finish, fail) => {
        this.#underWay = { finish, fail };
      },
    });
    const write = this.store.write.bind(this.store);
    this.store.write = (written, done) => {
      this.writes.push(written);
      write(written, done);
    };
    this.driver = new Driver({
      membership: this.store.membership ?? { self, actors, peers: {} },
      store: this.store,
      transport: { send: (to, messages) => this.frames.push({ to, messages }) },
      random: () => 0,
      schedule: (run) => this.#scheduled.push(run),
      delay: (run) => this.#delayed.push(run),
      minority,
      commitTimeout: 100,
      readTimeout: READ_TIMEOUT,
      failed: (error) => this.failures.push(error),
      hotCounters,
      flushGroup,
    });
  }

  get isWriting(): boolean {
    return this.#underWay !== null;
  }

  get hasWork(): boolean {
    return this.#scheduled.length > 0;
  }

  /** Links to all others come up, and nothing of it is left to write or to send. */
  connect(): this {
    for (const actor of this.store.membership?.actors ?? ['b', 'c'])
      this.driver.linkUp(actor, `disk of ${actor}`);
    this.quiet();
    this.frames = [];
    this.writes.length = 0;
    return this;
  }

  /** All that was scheduled. */
  turn(): void {
    for (const run of this.#scheduled.splice(0)) run();
  }

  /** FLUSH_GROUP_MS pass; or, if told so, only the first `most` of those that wait for that. */
  delay(most = Infinity): void {
    for (const run of this.#delayed.splice(0, most)) run();
  }

  finish(): void {
    const write = this.#take();
    write.finish();
  }

  fail(error: Error): void {
    this.#take().fail(error);
  }

  /** Turns and writes until nothing is left. */
  quiet(): void {
    for (this.turn(); this.#underWay !== null || this.#delayed.length > 0; this.turn()) {
      if (this.#underWay !== null) this.finish();
      else this.delay();
    }
  }

  tick(times: number): void {
    for (let i = 0; i < times; i += 1) this.driver.tick();
  }

  /** Asks in the name of a client; `answers` has a line for each answer. */
  increment(counter: string, amount: number | bigint): void {
    const name = this.#name();
    this.driver.increment(counter, BigInt(amount), (reply) => this.#answer(name, reply));
  }

  read(counter: string, all = false): void {
    const name = this.#name();
    this.driver.read(counter, all, (reply) => this.#answer(name, reply));
  }

  value(counter: string): void {
    const name = this.#name();
    this.driver.value(counter, (reply) => {
      const shown = reply.type === 'failed' ? null : reply.vote;
      const words = shown === null ? 'nothing' : counting.state(shown.state);
      this.answers.push(`${name}: ${reply.type === 'failed' ? 'failed' : words}`);
    });
  }

  /** What has left since it was last asked, one line a frame. */
  sent(): string[] {
    const lines = this.frames.map(({ to, messages }) => `${to}: ${messages.map(peerWords).join('; ')}`);
    this.frames = [];
    return lines;
  }

  #answer(name: string, reply: DriverReply): void {
    const { type } = reply;
    const words =
      type === 'overloaded' || type === 'failed' || type === 'interrupted' ? type : answerWords(reply);
    this.answers.push(`${name}: ${words}`);
  }

  #name(): string {
    this.#asked += 1;
    return String(this.#asked);
  }

  #take(): UnderWay {
    const write = this.#underWay;
    if (write === null) throw new Error('no write is under way');
    this.#underWay = null;
    return write;
  }
}

export function peerWords(message: PeerMessage): string {
  switch (message.type) {
    case 'counter':
      return `${message.counter} ${messageWords(message.message, counting)}`;
    case 'changes':
      return `changes since ${message.since}`;
    case 'changed':
      return `changed until ${message.until}: ${message.changes.length}${message.more ? ' and more' : ''}`;
  }
}
