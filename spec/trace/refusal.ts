/** No action of the specification allows the event: `guard` does not hold. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly guard: string;

  constructor(guard: string, detail: string) {
    super(detail);
    this.guard = guard;
  }
}

/** `detail` is worked out only if it is needed. */
export function demand(holds: boolean, guard: string, detail: () => string): asserts holds {
  if (!holds) throw new Refusal(guard, detail());
}
