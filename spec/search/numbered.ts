/** Gives equal texts one number. */
export class Numbered<T> {
  readonly values: T[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(text: string, make: () => T): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.values.length);
    return this.values.push(make()) - 1;
  }

  at(number: number): T {
    const value = this.values[number];
    if (value === undefined) throw new RangeError(`there is no number ${number}`);
    return value;
  }
}
