/** For how long a counter was not served: the longest time between two of its increments that were counted. */
export class Gaps {
  readonly #served = new Map<string, number>();
  readonly #longest = new Map<string, number>();

  served(counter: string, now: number): void {
    this.#note(counter, now);
    this.#served.set(counter, now);
  }

  /** What was before is forgotten, but for when each was served last. */
  restart(): void {
    this.#longest.clear();
  }

  /** The longest of each counter up to now, in milliseconds, the shortest of them first. */
  longest(now: number): readonly number[] {
    for (const counter of this.#served.keys()) this.#note(counter, now);
    return [...this.#longest.values()].sort((a, b) => a - b);
  }

  #note(counter: string, now: number): void {
    const last = this.#served.get(counter);
    if (last === undefined) return;
    this.#longest.set(counter, Math.max(this.#longest.get(counter) ?? 0, now - last));
  }
}
