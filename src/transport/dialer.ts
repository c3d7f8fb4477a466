/** Opens the link to one peer, and opens it again whenever it was lost. */
import type { Actor } from '../paxos/ballot.ts';
import type { Channel } from './channel.ts';
import { type Attempt, dial, type Failure } from './dial.ts';
import type { Hello, Refusal, Settings } from './hello.ts';
import type { Log } from './link.ts';
import type { Pace } from './pace.ts';

export interface DialerOptions {
  readonly settings: Settings;
  readonly peer: Actor;
  readonly pace: Pace;
  readonly random: () => number;
  readonly log: Log;
  readonly admit: (hello: Hello) => Refusal | null;
  readonly established: (channel: Channel, hello: Hello) => void;
  /** The peer said that it has no config. */
  readonly unconfigured: () => void;
}

type State =
  | { readonly kind: 'pausing'; ticks: number }
  | { readonly kind: 'trying'; ticks: number; readonly attempt: Attempt }
  | { readonly kind: 'connected' }
  | { readonly kind: 'stopped' };

export class Dialer {
  readonly #options: DialerOptions;
  #state: State = { kind: 'pausing', ticks: 0 };
  #pause: number;
  /** What was logged since the last link. */
  readonly #logged = new Set<string>();

  constructor(options: DialerOptions) {
    this.#options = options;
    this.#pause = options.pace.firstPause;
  }

  tick(): void {
    const state = this.#state;
    switch (state.kind) {
      case 'pausing':
        state.ticks -= 1;
        if (state.ticks <= 0) this.#try();
        return;
      case 'trying':
        state.ticks -= 1;
        if (state.ticks <= 0) state.attempt.abandon('no answer in time');
        return;
      case 'connected':
      case 'stopped':
        return;
      default: {
        const missing: never = state;
        throw new Error(`no state: ${String(missing)}`);
      }
    }
  }

  /** The link that was established is down. */
  lost(): void {
    if (this.#state.kind === 'connected') this.#rest();
  }

  stop(): void {
    const state = this.#state;
    this.#state = { kind: 'stopped' };
    if (state.kind === 'trying') state.attempt.abandon('stopped');
  }

  #try(): void {
    const { settings, peer, pace, admit } = this.#options;
    const attempt = dial({
      settings,
      peer,
      admit,
      connected: () => {
        if (this.#state.kind === 'trying') this.#state.ticks = pace.handshake;
      },
      established: (channel, hello) => {
        this.#state = { kind: 'connected' };
        this.#pause = pace.firstPause;
        this.#logged.clear();
        this.#options.established(channel, hello);
      },
      failed: (failure) => {
        if (this.#state.kind !== 'trying') return;
        this.#note(failure);
        if (failure.status === UNCONFIGURED) this.#options.unconfigured();
        this.#rest();
      },
    });
    this.#state = { kind: 'trying', ticks: pace.connect, attempt };
  }

  #rest(): void {
    const { pace, random } = this.#options;
    // Half of the pause is drawn, so that actors which lost each other at once do not all return at once.
    this.#state = { kind: 'pausing', ticks: Math.ceil(this.#pause * (0.5 + random() / 2)) };
    this.#pause = Math.min(this.#pause * 2, pace.longestPause);
  }

  #note({ status, reason }: Failure): void {
    const said = `${status} ${reason}`;
    if (this.#logged.has(said) || this.#logged.size >= MAX_LOGGED) return;
    this.#logged.add(said);
    const { log, peer } = this.#options;
    if (status === null) log('debug', 'peer not reached', { peer, reason });
    // Not configured: the usual thing while a cluster is set up.
    else log(status === UNCONFIGURED ? 'info' : 'warn', 'link refused', { peer, status, reason });
  }
}

/** The HTTP status by which a peer says that it has no config. */
const UNCONFIGURED = 503;
/** Reasons told of one peer: it words them, and may word them anew each time. */
const MAX_LOGGED = 16;
