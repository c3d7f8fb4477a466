/**
 * What the actors say to each other about one register.
 *
 *   Phase 1, once per ballot                     Phase 2, repeated while the ballot lasts
 *
 *   proposer        acceptors                    proposer        acceptors         origin   all
 *      |── prepare ────>|                           |<───────────── submit ─────────|       |
 *      |<── promise ────|  (or nack)                |── accept ──────>|               |       |
 *                                                   |<── accepted ────|  (or nack)    |       |
 *                                                   |── counted ─────────────────────>|       |
 *                                                   |── chosen ───────────────────────────────>|  who was asked
 *                                                   |── learn ────────────────────────────────>|  who was not
 *
 *   A read round                                 A read that rides on an accept     Catching up
 *
 *   reader          all actors                   reader          holder            learner   who knows
 *      |── ask ────────>|                           |── carry ───────>|                |── fetch ──>|
 *      |<── answer ─────|                           |   (accept …)    |                |<── learn ──|
 *      |── push ───────>|  (watermark not counted)  |<── carried ─────|
 */
import type { Actor, Ballot, Vote, VoteId } from './ballot.ts';

/** The types that a state machine gives to its register. */
export interface Shape {
  readonly state: unknown;
  /** What a proposer applies to the state. */
  readonly command: unknown;
  /** What the origin of a command is told when it is in a chosen state. */
  readonly outcome: unknown;
  /** How far an actor has promised that its commands will be in the state. */
  readonly watermark: unknown;
}

export type VoteOf<T extends Shape> = Vote<T['state']>;

/** Names a read round of one actor; carries the incarnation, so that a late answer to an earlier life is no answer. */
export interface RoundId {
  readonly incarnation: number;
  readonly sequence: number;
}

/** What of a register is durable at an actor. */
export interface Register<T extends Shape> {
  /** An acceptor's word to take no ballot below it. */
  readonly promise: Ballot | null;
  /** The highest vote that this acceptor has accepted. */
  readonly vote: VoteOf<T> | null;
  /** The highest vote that this actor knows to be chosen. */
  readonly mark: VoteOf<T> | null;
}

export type Message<T extends Shape> =
  | { readonly type: 'prepare'; readonly ballot: Ballot }
  | {
      readonly type: 'promise';
      readonly ballot: Ballot;
      readonly vote: VoteOf<T> | null;
      readonly mark: VoteOf<T> | null;
    }
  | { readonly type: 'accept'; readonly vote: VoteOf<T> }
  | { readonly type: 'accepted'; readonly ballot: Ballot; readonly slot: number }
  /** `ballot` was refused, because `promised` is higher. */
  | { readonly type: 'nack'; readonly ballot: Ballot; readonly promised: Ballot }
  | { readonly type: 'chosen'; readonly ballot: Ballot; readonly slot: number }
  | { readonly type: 'fetch'; readonly ballot: Ballot; readonly slot: number }
  | { readonly type: 'learn'; readonly mark: VoteOf<T> }
  /** `holder`: the highest ballot that the sender knows of. It grows along the way, so work never goes in a circle. */
  | { readonly type: 'submit'; readonly holder: Ballot | null; readonly command: T['command'] }
  | { readonly type: 'counted'; readonly slot: number; readonly outcome: T['outcome'] }
  | ({ readonly type: 'carry'; readonly holder: Ballot | null } & Carry)
  | { readonly type: 'carried'; readonly round: RoundId; readonly vote: VoteOf<T> }
  | { readonly type: 'ask'; readonly round: RoundId }
  | ({ readonly type: 'answer'; readonly round: RoundId } & Answer<T>)
  | { readonly type: 'push'; readonly watermark: T['watermark'] };

/** A read that waits for a chosen vote at or above the highest one that its round heard of. */
export interface Carry {
  readonly reader: Actor;
  readonly round: RoundId;
  readonly highest: VoteId;
}

/** What an actor tells a read round. */
export interface Answer<T extends Shape> {
  readonly promised: Ballot | null;
  readonly vote: VoteOf<T> | null;
  readonly mark: VoteId | null;
  /** The highest number of a batch of that actor that was answered 202 and that it does not know to be chosen. */
  readonly watermark: T['watermark'] | null;
}
