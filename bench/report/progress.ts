const EVERY_MS = 200;
const CLEAR = '\r\x1b[K';

/** On a terminal, one line on stderr says what is being done, and for how long; elsewhere nothing does. */
export class Progress {
  #timer: NodeJS.Timeout | null = null;

  /** Says so until the next of these calls. `detail` is asked for each time. */
  show(what: string, detail: () => string = () => ''): void {
    this.clear();
    if (!process.stderr.isTTY) return;
    const since = performance.now();
    const draw = () => {
      const seconds = ((performance.now() - since) / 1_000).toFixed(0);
      const text = `${what} … ${seconds} s ${detail()}`;
      process.stderr.write(`${CLEAR}${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    };
    draw();
    this.#timer = setInterval(draw, EVERY_MS);
    this.#timer.unref();
  }

  clear(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    process.stderr.write(CLEAR);
  }
}
