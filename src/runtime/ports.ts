/** What the runtime needs of the world. Each port has an implementation for production and one for the simulation. */
import type { CounterShape } from '../counter/machine.ts';
import type { Backlog } from '../counter/origin.ts';
import type { Actor, VoteId } from '../paxos/ballot.ts';
import type { Message, Register } from '../paxos/message.ts';

export type { Backlog, RecordedBatch } from '../counter/origin.ts';

export type CounterRegister = Register<CounterShape>;
export type Mark = CounterRegister['mark'];
export type CounterMessage = Message<CounterShape>;

export interface StoredCounter {
  readonly register: CounterRegister;
  /** The number of the last change of the mark at this actor; 0 if there is no mark. */
  readonly change: number;
  readonly backlog: Backlog | null;
}

/** The last change of a counter's mark at this actor. */
export interface Change {
  readonly number: number;
  readonly counter: string;
}

/** What an actor remembers of another one. */
export interface PeerMemory {
  /** The random identity of its store: another one means that it lost its disk. */
  readonly identity: string;
  /** This actor knows all changes of that peer's marks up to this number. */
  readonly since: number;
}

/** What an actor keeps beside its counters. */
export interface Membership {
  /** As POST /config listed them, sorted. */
  readonly actors: readonly Actor[];
  readonly self: Actor;
  readonly peers: Readonly<Record<Actor, PeerMemory>>;
}

export interface CounterWrite {
  readonly counter: string;
  readonly register: CounterRegister;
  /** The number of the last change of the mark; where it differs from `previousChange`, the old number is forgotten. */
  readonly change: number;
  readonly previousChange: number;
}

export interface BacklogWrite {
  readonly counter: string;
  /** Null removes the records. */
  readonly backlog: Backlog | null;
}

/** All that one turn makes durable: one transaction, one flush, all or nothing. */
export interface StoreWrite {
  readonly counters: readonly CounterWrite[];
  readonly backlogs: readonly BacklogWrite[];
  readonly membership: Membership | null;
}

export interface Store {
  /** Random, drawn when the store was created. */
  readonly identity: string;
  /** How many times this store has been opened, this time included; durable before anything else happens. */
  readonly incarnation: number;
  /** As of the opening. */
  readonly membership: Membership | null;
  /** The highest number of a change in the store, 0 if none. */
  lastChange(): number;
  holdsCounters(): boolean;
  load(counter: string): StoredCounter | null;
  mark(counter: string): Mark;
  /** The changes with numbers above `since`, in order, at most `limit`. */
  changes(since: number, limit: number): Change[];
  /** Names of counters with 202 records after `after` in byte order (null: from the start), at most `limit`. */
  backlogs(after: string | null, limit: number): string[];
  /** Calls `done` once, never before it returns: with null when all of it is durable, else with what went wrong. */
  write(write: StoreWrite, done: (error: Error | null) => void): void;
  close(): Promise<void>;
}

/** What travels between two actors: about one counter, or to catch up. */
export type PeerMessage =
  | { readonly type: 'counter'; readonly counter: string; readonly message: CounterMessage }
  /** What changed since `since` in the store of that `identity`? */
  | { readonly type: 'changes'; readonly identity: string; readonly since: number }
  /** The changes after `since`, which was asked for, up to `until`; `more` if there are others after it. */
  | {
      readonly type: 'changed';
      readonly identity: string;
      readonly since: number;
      readonly until: number;
      readonly more: boolean;
      readonly changes: readonly { readonly counter: string; readonly mark: VoteId }[];
    };

export interface Transport {
  /** Sends `messages` in one frame if the link to `to` is up; else, or if its outbox overflows, they are lost. */
  send(to: Actor, messages: readonly PeerMessage[]): void;
}

/** A number in [0, 1). */
export type Random = () => number;

/** Asks for one call of `run`, after everything that can be read by now has been handed over. */
export type Schedule = (run: () => void) => void;

/** Asks for one call of `run`, FLUSH_GROUP_MS from now. */
export type Delay = (run: () => void) => void;
