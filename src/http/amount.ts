import { MAX_DIGITS } from '../limits.ts';
import { HttpProblem } from './errors.ts';
import { quote } from './quote.ts';

/** So few digits that a number is exact. */
const SHORT_AMOUNT = /^[0-9]{1,15}$/;
const AMOUNT = /^[\t-\r ]*([0-9]+)[\t-\r ]*$/;
const LEADING_ZEROS = /^0+(?=[0-9])/;

/**
 * The amount of an increment: decimal digits, with ASCII white space around them or none. Leading zeros add nothing and
 * are not counted as digits. `body`: a character for each byte.
 */
export function parseAmount(body: string): bigint {
  if (SHORT_AMOUNT.test(body)) return BigInt(Number(body));
  const digits = AMOUNT.exec(body)?.[1];
  if (digits === undefined) {
    const got = body === '' ? 'an empty body' : quote(Buffer.from(body, 'latin1').toString());
    throw new HttpProblem(
      400,
      `the body must be a non-negative integer in decimal digits, like 42; got ${got}`,
    );
  }
  const significant = digits.replace(LEADING_ZEROS, '').length;
  if (significant > MAX_DIGITS) {
    throw new HttpProblem(
      400,
      `an increment may have at most ${MAX_DIGITS} digits; this one has ${significant}`,
    );
  }
  return BigInt(digits);
}
