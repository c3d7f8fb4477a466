/** Batches at their origin, and what clients are told (protocol.md, "What an increment is answered"). */
import { compareNumbers } from '../../../src/counter/state.ts';
import { numberText } from '../../../src/runtime/trace.ts';
import { amountOf, type Part, partOf } from '../names.ts';
import { demand } from '../refusal.ts';
import { BATCHES, type CounterSpec, isForgotten, type Seal, type Site } from '../state.ts';
import { isCounted, isSealed } from './proposer.ts';
import type { Rules } from './rule.ts';

export const originRules: Rules<'sealed' | 'submit' | 'answered'> = {
  sealed(spec, site, line) {
    const batch = partOf(line.batch);
    const { number, amount } = batch;
    demand(
      number.incarnation <= line.incarnation,
      'a number is of this life, or on record',
      () => `${line.batch} is of a life to come`,
    );
    const record = [site.disk.sealed, site.disk.open].find((one) => isOf(one, number));
    const isOnRecord = record?.amount === amount;
    const known = site.seals.find((one) => compareNumbers(one.number, number) === 0);
    if (known !== undefined) {
      demand(
        known.amount === amount,
        'a batch number is never used for other content',
        () => `${numberText(number)} was sealed with ${known.amount}`,
      );
      known.life = line.incarnation;
    } else if (!isOnRecord || !isForgotten(site, number)) begins(spec, site, batch, line.incarnation);
    demand(
      number.incarnation === line.incarnation || isOnRecord || spec.isCounted(site.actor, number),
      'a number is of this life, or on record',
      () => `on record is ${record == null ? 'nothing' : record.amount}`,
    );
  },

  submit(spec, _site, line) {
    isSealed(spec, line.origin, partOf(line.batch));
  },

  answered(spec, site, line) {
    if (line.batch === null) {
      demand(line.status === 503, 'what is answered is in a batch', () => `${line.status} names none`);
      return;
    }
    const { number, amount } = partOf(line.batch);
    const seal = site.seals.find((one) => compareNumbers(one.number, number) === 0);
    if (line.status === 200) is200(spec, site, { number, amount }, seal, line);
    else if (line.status === 202) is202(spec, site, number);
    if (seal === undefined) return;
    seal.answered += amount;
    demand(
      seal.answered <= seal.amount,
      'what is answered is in the batch',
      () => `${seal.answered} of ${numberText(number)} is answered, it has ${seal.amount}`,
    );
  },
};

function begins(spec: CounterSpec, site: Site, { number, amount }: Part, life: number): void {
  const last = site.seals.at(-1);
  if (last !== undefined) {
    demand(
      compareNumbers(number, last.number) > 0,
      'batch numbers grow',
      () => `${numberText(last.number)} was sealed before`,
    );
    demand(
      last.life < life || spec.isCounted(site.actor, last.number),
      'one batch is under way',
      () => `${numberText(last.number)} is not counted`,
    );
  }
  site.seals.push({ number, amount, life, answered: 0n, told: null });
  if (site.seals.length > BATCHES) site.forgotten = site.seals.shift()?.number ?? null;
}

function is200(
  spec: CounterSpec,
  site: Site,
  { number, amount }: Part,
  seal: Seal | undefined,
  { value: text = '', slot = 0 }: { readonly value?: string; readonly slot?: number },
): void {
  const value = amountOf(text);
  const counted = spec.counted(site.actor, number);
  isCounted(spec, site.actor, number, counted?.total ?? value);
  if (counted === null || seal === undefined) return;
  const before = seal.told ?? counted.total - seal.amount;
  demand(
    value - amount >= before && value <= counted.total,
    'a result is that right after the increment',
    () => `${value} is not from ${before} + ${amount} to ${counted.total}`,
  );
  demand(
    slot >= counted.slot,
    'the slot is that of a state which counts it',
    () => `${counted.slot} is the first`,
  );
  seal.told = value;
}

function is202(spec: CounterSpec, site: Site, number: Part['number']): void {
  const isOnRecord = [site.disk.sealed, site.disk.open].some((one) => isOf(one, number));
  demand(
    isOnRecord || spec.isCounted(site.actor, number),
    'what is answered 202 is on record',
    () => `${numberText(number)} is not durable`,
  );
  if (site.recorded === null || compareNumbers(number, site.recorded) > 0) site.recorded = number;
}

function isOf(part: Part | null, number: Part['number']): part is Part {
  return part !== null && compareNumbers(part.number, number) === 0;
}
