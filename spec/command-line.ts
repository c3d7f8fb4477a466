/** What the programs beside the service take from a command line: each says what it expected. */
import { InvalidArgumentError } from 'commander';

export function number(low: number, high: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`Expected a number from ${low} to ${high}.`);
  };
}

export function integer(low: number, high: number) {
  return (text: string): number => {
    if (/^\d+$/.test(text)) return number(low, high)(text);
    throw new InvalidArgumentError(`Expected an integer from ${low} to ${high}.`);
  };
}

/** An argument that may be repeated. `all` stands for these of the names. */
export function named(names: readonly string[], all: { readonly all?: readonly string[] } = {}) {
  return (name: string, earlier: string[] = []): string[] => {
    if (name === 'all' && all.all !== undefined) return [...earlier, ...all.all];
    if (names.includes(name)) return [...earlier, name];
    const known = all.all === undefined ? names : [...names, 'all'];
    throw new InvalidArgumentError(`There are ${known.join(', ')}.`);
  };
}
