import { MAX_DIGITS } from '../limits.ts';
import { HttpProblem } from './errors.ts';
import { quote } from './quote.ts';

const AMOUNT = /^[\t-\r ]*([0-9]+)[\t-\r ]*$/;
const LEADING_ZEROS = /^0+(?=[0-9])/;

/**
 * The amount of an increment: decimal digits, with ASCII white space around them or none. Leading zeros add nothing and
 * are not counted as digits.
 */
export function parseAmount(body: Buffer): bigint {
  const digits = AMOUNT.exec(body.toString('latin1'))?.[1];
  if (digits === undefined) {
    const got = body.length === 0 ? 'an empty body' : quote(body.toString());
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
