/** Somebody else's data, or a damaged record: not what the protocol's words can be read from. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';

  constructor(what: string, expected: string, found: unknown) {
    super(`${what}: expected ${expected}, found ${describe(found)}`);
  }
}

function describe(found: unknown): string {
  if (Array.isArray(found)) return `an array of ${found.length}`;
  if (typeof found === 'string') return JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found);
  return typeof found === 'object' && found !== null ? 'an object' : String(found);
}
