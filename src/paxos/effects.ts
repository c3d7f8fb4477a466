/**
 * What a role asks of the world, and what may leave when. Roles return effects; only the driver carries them out.
 *
 * A thing that leaves `after the flush` waits until all that its register has asked to persist before it is durable.
 * If nothing is waiting for the disk it leaves at once. What leaves `at leisure` goes with the next frame to that actor, or
 * a tick later at the latest: nobody waits for it, and a frame of its own would cost both sides as much as an accept.
 */
import type { Actor, VoteId } from './ballot.ts';
import type { Message, RoundId, Shape } from './message.ts';

export type Leaves = 'at once' | 'after the flush' | 'at leisure';

/** Why a role may send a message, where the message does not say it: a trace tells, nobody else needs it. */
export type Grounds<T extends Shape> =
  /** The commands were applied to `base`; `promised`: the majority that elected, in the first accept of a ballot. */
  | {
      readonly type: 'accept';
      readonly base: VoteId | null;
      readonly commands: readonly T['command'][];
      readonly promised: readonly Actor[] | null;
    }
  | { readonly type: 'chosen'; readonly accepted: readonly Actor[] }
  /** The command is this actor's own, and comes from its origin. */
  | { readonly type: 'submit' }
  /** `began`: the first round of the reads that wait for this one. */
  | { readonly type: 'ask'; readonly began: RoundId; readonly reads: number };

export type Effect<T extends Shape, A = never> =
  /**
   * The register, or its origin's records, changed. `later`: nothing that leaves depends on it, so it may share the
   * flush of something else.
   */
  | { readonly type: 'persist'; readonly what: 'register' | 'records'; readonly when: 'now' | 'later' }
  | {
      readonly type: 'send';
      readonly to: Actor;
      readonly message: Message<T>;
      readonly leaves: Leaves;
      readonly grounds: Grounds<T> | undefined;
    }
  | { readonly type: 'reply'; readonly request: number; readonly reply: A; readonly leaves: Leaves };

type MessageType = Message<Shape>['type'];

const leavesByType: { readonly [T in MessageType]: Leaves } = {
  // To the others only after the promise of the proposer's own acceptor, which is sent after the flush.
  prepare: 'at once',
  promise: 'after the flush',
  // While the proposer's own vote is being flushed; that vote counts only after it.
  accept: 'at once',
  accepted: 'after the flush',
  // A refusal that a crash makes groundless costs a ballot, never safety.
  nack: 'at once',
  chosen: 'at leisure',
  fetch: 'at once',
  // What is chosen is durable at a majority already.
  learn: 'at once',
  submit: 'at once',
  counted: 'at once',
  carry: 'at once',
  carried: 'at once',
  ask: 'at once',
  // It tells what is durable.
  answer: 'at once',
  push: 'at once',
};

export function send<const M extends { readonly type: MessageType }, const G = undefined>(
  to: Actor,
  message: M,
  leaves: Leaves = leavesByType[message.type],
  grounds?: G,
) {
  return { type: 'send', to, message, leaves, grounds } as const;
}

/** One after the other; mostly there is nothing in one of them. */
export function joined<E>(effects: E[], more: E[]): E[] {
  if (more.length === 0) return effects;
  return effects.length === 0 ? more : [...effects, ...more];
}

export function reply<const A>(request: number, value: A, leaves: Leaves = 'at once') {
  return { type: 'reply', request, reply: value, leaves } as const;
}

const persists = {
  register: {
    now: { type: 'persist', what: 'register', when: 'now' },
    later: { type: 'persist', what: 'register', when: 'later' },
  },
  records: {
    now: { type: 'persist', what: 'records', when: 'now' },
    later: { type: 'persist', what: 'records', when: 'later' },
  },
} as const;

export function persist(what: 'register' | 'records', when: 'now' | 'later') {
  return persists[what][when];
}
