/** An invariant that did not hold: named, so that a shorter run can be asked whether it breaks the same one. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: string;

  constructor(invariant: string, message: string, options?: ErrorOptions) {
    super(`${invariant}: ${message}`, options);
    this.invariant = invariant;
  }
}

/** What `check` throws is a violation of `invariant`, unless it is one of something else already. */
export function must<T>(invariant: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (cause instanceof Violation) throw cause;
    throw new Violation(invariant, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
