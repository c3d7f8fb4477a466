/** Tells the config to peers whose link stays down: a new actor, or one that lost its disk, may have none. */
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
      ticksDown: 0,
      ticksSinceTold: options.pace.teachPause,
      underWay: false,
      conflictLogged: false,
    }));
  }

  tick(up: ReadonlySet<Actor>): void {
    const { teachAfter, teachPause } = this.#options.pace;
    for (const pupil of this.#pupils) {
      pupil.ticksSinceTold += 1;
      pupil.ticksDown = up.has(pupil.peer) ? 0 : pupil.ticksDown + 1;
      if (pupil.ticksDown > teachAfter && pupil.ticksSinceTold > teachPause && !pupil.underWay) {
        pupil.ticksSinceTold = 0;
        pupil.underWay = true;
        void this.#tell(pupil);
      }
    }
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
