/** No action of the specification allows the event: `guard` does not hold. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly guard: string;

  constructor(guard: string, detail: string) {
    super(detail);
    this.guard = guard;
  }
}

/** It does not agree with what else was told, though the specification would allow it. */
export class Contradiction extends Refusal {
  override readonly name = 'Contradiction';
}

/** `detail` is worked out only if it is needed. */
export function demand(holds: boolean, guard: string, detail: () => string): asserts holds {
  if (!holds) throw new Refusal(guard, detail());
}
