import { MAX_PATIENCE, MIN_PATIENCE, PATIENCE_FACTOR } from '../limits.ts';

/** Of how many batches the usual time is remembered, about. */
const MEMORY = 16;

/** How long to wait for an answer before something is done about it: a few times what batches usually take. */
export class Patience {
  #usual = 0;

  /** Ticks. */
  get ticks(): number {
    return Math.min(MAX_PATIENCE, Math.max(MIN_PATIENCE, Math.ceil(PATIENCE_FACTOR * this.#usual)));
  }

  /** A batch took that many ticks. */
  settled(ticks: number): void {
    this.#usual += (ticks - this.#usual) / MEMORY;
  }
}
