/** How often a wait is looked at. A process that was stopped meanwhile sees one look missed, not its patience gone. */
const LOOKS = 10;

interface Wait {
  looks: number;
  readonly giveUp: () => void;
}

/** Of who waits for a disk. One timer looks at all waits: one of each would have to be set and cleared with every flush. */
export class Patience {
  readonly #milliseconds: number;
  readonly #late: () => Error;
  readonly #waits = new Set<Wait>();
  #looks: NodeJS.Timeout | null = null;

  /** `milliseconds`: in which this process can run. `late`: what is wrong with what takes longer. */
  constructor(milliseconds: number, late: () => Error) {
    this.#milliseconds = milliseconds;
    this.#late = late;
  }

  /** What `work` comes to; rejects if that takes too long. */
  within<T>(work: Promise<T>): Promise<T> {
    this.#looks ??= setInterval(() => this.#look(), this.#milliseconds / LOOKS).unref();
    return new Promise((resolve, reject) => {
      const wait = { looks: 0, giveUp: () => reject(this.#late()) };
      this.#waits.add(wait);
      work.then(
        (value) => {
          this.#waits.delete(wait);
          resolve(value);
        },
        (error: unknown) => {
          this.#waits.delete(wait);
          reject(error);
        },
      );
    });
  }

  /** Waits for nothing any more. */
  end(): void {
    if (this.#looks !== null) clearInterval(this.#looks);
    this.#looks = null;
  }

  #look(): void {
    for (const wait of this.#waits) {
      wait.looks += 1;
      if (wait.looks <= LOOKS) continue;
      this.#waits.delete(wait);
      wait.giveUp();
    }
  }
}
