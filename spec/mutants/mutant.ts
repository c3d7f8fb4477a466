/** One way to break the code of the protocol. */
export interface Mutant {
  readonly name: string;
  /** What it breaks, by its place in docs/protocol.md. */
  readonly breaks: string;
  /** A file of src/, and what in it is replaced by what; it has to be there exactly once. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The first seed at which the simulation catches it, and the invariant by which. */
  readonly seed: number;
  readonly caughtBy: string;
}

/** The source with the mutation; throws if the code has moved on, since the mutant would be none. */
export function mutate(mutant: Pick<Mutant, 'name' | 'file' | 'from' | 'to'>, source: string): string {
  const pieces = source.split(mutant.from);
  if (pieces.length !== 2)
    throw new Error(
      `mutant "${mutant.name}": its text is in src/${mutant.file} ${pieces.length - 1} times, not once`,
    );
  return pieces.join(mutant.to);
}
