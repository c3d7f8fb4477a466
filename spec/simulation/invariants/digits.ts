/** A total in base 8, in which every increment has a digit of its own. */
const TWICE_OR_MORE = 6n;

/** Whether all that is in `part` is in `whole`. Of totals in which nothing counts twice. */
export function isWithin(part: bigint, whole: bigint): boolean {
  return (part & whole) === part;
}

/** Whether some increment is in `total` more than once. */
export function hasDoubled(total: bigint): boolean {
  const digits = total.toString(8).length;
  const mask = BigInt(`0o${TWICE_OR_MORE.toString(8).repeat(digits)}`);
  return (total & mask) !== 0n;
}
