/** What is known of an error, down to its first cause, on one line. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `: ${explain(error.cause)}`;
  return `${error.message}${cause}`;
}
