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

/** The places of the digits that are not 0: which increments are in `total`. */
export function placesOf(total: bigint): number[] {
  const digits = total.toString(8);
  const places: number[] = [];
  for (let place = 0; place < digits.length; place += 1) {
    if (digits.charCodeAt(digits.length - 1 - place) !== 48) places.push(place);
  }
  return places;
}
