export interface Gap {
  readonly ms: number;
  /** It had not ended yet when it was asked for: it is at least as long. */
  readonly isOpen: boolean;
}

/** For how long a counter was not served: the longest time between two of its increments that were counted. */
export class Gaps {
  readonly #served = new Map<string, number>();
  readonly #longest = new Map<string, number>();

  served(counter: string, now: number): void {
    const last = this.#served.get(counter);
    if (last !== undefined) {
      this.#longest.set(counter, Math.max(this.#longest.get(counter) ?? 0, now - last));
    }
    this.#served.set(counter, now);
  }

  /** What was before is forgotten, but for when each was served last. */
  restart(): void {
    this.#longest.clear();
  }

  /** The longest of each counter up to now, the shortest of them first. */
  longest(now: number): readonly Gap[] {
    const gaps = [...this.#served].map(([counter, last]): Gap => {
      const closed = this.#longest.get(counter) ?? 0;
      return closed < now - last ? { ms: now - last, isOpen: true } : { ms: closed, isOpen: false };
    });
    return sorted(gaps);
  }
}

export function sorted(gaps: readonly Gap[]): Gap[] {
  return gaps.toSorted((a, b) => a.ms - b.ms);
}
