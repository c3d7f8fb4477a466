import type { Metronome } from '../../bench/load/metronome.ts';

/** A clock that stands still while anything can happen, and then jumps to what happens next. */
export class VirtualTime implements Metronome {
  #now = 0;
  readonly #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  readonly now = (): number => this.#now;

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ until: this.#now + ms, wake }));
  }

  async beat(rate: number, seconds: number, due: (intended: number) => void): Promise<void> {
    const start = this.#now;
    for (let beat = 0; beat < rate * seconds; beat += 1) {
      const intended = start + (beat * 1_000) / rate;
      await this.advance(intended);
      due(intended);
    }
    await this.advance(start + seconds * 1_000);
  }

  /** Wakes whoever sleeps up to then, in order. */
  async advance(to: number): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.#sleepers.sort((a, b) => a.until - b.until)[0];
      if (next === undefined || next.until > to) break;
      this.#sleepers.shift();
      this.#now = next.until;
      next.wake();
    }
    this.#now = to;
  }
}
