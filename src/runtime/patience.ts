import { HEDGE_FACTOR, MAX_PATIENCE, MIN_HEDGE, MIN_PATIENCE, PATIENCE_FACTOR } from '../limits.ts';

/** Of how many batches the usual time is remembered, about. */
const MEMORY = 16;

/** How long to wait for an answer before something is done about it: a few times what batches usually take. */
export class Patience {
  #usual = 0;

  /** Ticks. */
  get ticks(): number {
    return Math.min(MAX_PATIENCE, Math.max(MIN_PATIENCE, Math.ceil(PATIENCE_FACTOR * this.#usual)));
  }

  /** Ticks after which others are asked, too. */
  get hedge(): number {
    return Math.min(this.ticks, Math.max(MIN_HEDGE, Math.ceil(HEDGE_FACTOR * this.#usual)));
  }

  /** A batch took that many ticks. */
  settled(ticks: number): void {
    this.#usual += (ticks - this.#usual) / MEMORY;
  }
}
