/** Tells the config to peers that may have none: a new actor, or one that lost its disk. */
import type { Actor } from '../paxos/ballot.ts';
import type { Inquire } from './inquiry.ts';
import type { Log } from './link.ts';
import type { Pace } from './pace.ts';

export interface TeacherOptions {
  readonly actors: readonly Actor[];
  readonly peers: readonly Actor[];
  readonly pace: Pace;
  readonly log: Log;
  readonly inquire: Inquire;
}

interface Pupil {
  readonly peer: Actor;
  /** Its link was up, so it had a config, and has it still unless it lost its disk. */
  isTaught: boolean;
  ticksDown: number;
  ticksSinceTold: number;
  underWay: boolean;
  conflictLogged: boolean;
}

export class Teacher {
  readonly #options: TeacherOptions;
  readonly #pupils: readonly Pupil[];

  constructor(options: TeacherOptions) {
    this.#options = options;
    this.#pupils = options.peers.map((peer) => ({
      peer,
      isTaught: false,
      ticksDown: 0,
      ticksSinceTold: options.pace.teachPause,
      underWay: false,
      conflictLogged: false,
    }));
  }

  tick(up: ReadonlySet<Actor>): void {
    const { teachAfter, teachPause, teachAgainPause } = this.#options.pace;
    for (const pupil of this.#pupils) {
      if (up.has(pupil.peer)) {
        Object.assign(pupil, { isTaught: true, ticksDown: 0, ticksSinceTold: 0 });
        continue;
      }
      pupil.ticksDown += 1;
      pupil.ticksSinceTold += 1;
      const pause = pupil.isTaught ? teachAgainPause : teachPause;
      if (pupil.ticksDown > teachAfter && pupil.ticksSinceTold > pause && !pupil.underWay) {
        pupil.ticksSinceTold = 0;
        pupil.underWay = true;
        void this.#tell(pupil);
      }
    }
  }

  /** The peer said that it has no config: it is told at once. */
  unconfigured(peer: Actor): void {
    const pupil = this.#pupils.find((one) => one.peer === peer);
    if (pupil !== undefined) Object.assign(pupil, { ticksDown: Infinity, ticksSinceTold: Infinity });
  }

  async #tell(pupil: Pupil): Promise<void> {
    const { actors, inquire, log } = this.#options;
    const { peer } = pupil;
    const answered = await inquire(peer, '/config', { actors });
    pupil.underWay = false;
    if (answered?.status === 409) {
      if (!pupil.conflictLogged) {
        log('warn', 'config refused', { peer, reason: answered.body.slice(0, MAX_REASON) });
      }
      pupil.conflictLogged = true;
      return;
    }
    log('debug', 'config told', { peer, status: answered?.status ?? null });
  }
}

/** Characters of a refusal that are logged. */
const MAX_REASON = 512;
