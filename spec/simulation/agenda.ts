interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time: what happens when, in milliseconds. What is due at the same time happens in the order it was planned. */
export class Agenda {
  #heap: Due[] = [];
  #order = 0;
  #now = 0;
  events = 0;

  get now(): number {
    return this.#now;
  }

  after(delay: number, run: () => void): void {
    this.#push({ at: this.#now + delay, order: this.#order++, run });
  }

  /** Lets time pass until `end`. */
  runUntil(end: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#pop();
      this.#now = next.at;
      this.events += 1;
      next.run();
    }
    this.#now = end;
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(due);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const other = heap[parent];
      if (other === undefined || isBefore(other, due)) break;
      heap[i] = other;
      i = parent;
    }
    heap[i] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let i = 0;
    for (;;) {
      const [left, right] = [heap[2 * i + 1], heap[2 * i + 2]];
      if (left === undefined) break;
      const [child, least] =
        right !== undefined && isBefore(right, left) ? [2 * i + 2, right] : [2 * i + 1, left];
      if (isBefore(last, least)) break;
      heap[i] = least;
      i = child;
    }
    heap[i] = last;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
