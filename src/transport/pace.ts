/** The times of one cluster's links, in ticks. */
import {
  BEAT_MS,
  CONNECT_TIMEOUT_MS,
  DIAL_PAUSE_MS,
  DIAL_TIMEOUT_MS,
  MAX_DIAL_PAUSE_MS,
  SUSPECT_MS,
  TEACH_AFTER_MS,
  TEACH_AGAIN_PAUSE_MS,
  TEACH_PAUSE_MS,
  ticks,
  UNSCALED_ACTORS,
} from '../limits.ts';

export interface Pace {
  /** Nothing written for so long: write a beat. */
  readonly beat: number;
  /** Nothing received for so long: the peer is suspected. */
  readonly suspect: number;
  /** The answer of a peer's host, which does not have to be woken for it. */
  readonly connect: number;
  /** Both hellos. */
  readonly handshake: number;
  readonly firstPause: number;
  readonly longestPause: number;
  readonly teachAfter: number;
  readonly teachPause: number;
  readonly teachAgainPause: number;
}

export function paceOf(actors: number): Pace {
  const factor = Math.max(1, actors / UNSCALED_ACTORS);
  return {
    beat: ticks(BEAT_MS * factor),
    suspect: ticks(SUSPECT_MS * factor),
    connect: ticks(CONNECT_TIMEOUT_MS),
    handshake: ticks(DIAL_TIMEOUT_MS * factor),
    firstPause: ticks(DIAL_PAUSE_MS * factor),
    longestPause: ticks(MAX_DIAL_PAUSE_MS * factor),
    teachAfter: ticks(TEACH_AFTER_MS * factor),
    teachPause: ticks(TEACH_PAUSE_MS * factor),
    teachAgainPause: ticks(TEACH_AGAIN_PAUSE_MS * factor),
  };
}
