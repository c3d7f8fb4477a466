/** Batches at their origin: each increment is answered once, and what is on record is what was answered 202. */
import { type BatchNumber, compareNumbers, counts, zero } from '../../../src/counter/state.ts';
import { numberText } from '../../../src/runtime/trace.ts';
import { numberOf, type Part, partOf } from '../names.ts';
import { type CounterSpec, type Disk, isForgotten, type Site } from '../state.ts';
import { type Account, type Accounts, agree, Recent } from './account.ts';

/** Answers that wait for a flush leave with the one that is under way, or the next. */
const FLUSHES = 2;
/** Of one origin. */
const RECEIVED = 8;

export const originAccounts: Accounts = {
  loaded(_spec, { account }) {
    account.owing = [];
  },

  sealed(_spec, site, line) {
    const { account } = site;
    const batch = { ...partOf(line.batch), life: line.incarnation };
    const record = recordOf(site.disk, batch.number);
    agree(
      record === null || record.amount === batch.amount,
      'what is sealed is what is on record',
      () => `on record is ${record?.amount}`,
    );
    const answered = account.answered.find(batch.number)?.sum ?? 0n;
    agree(answered <= batch.amount, 'what is answered is in the batch', () => `${answered} is answered`);
    const before = account.sealed;
    if (before !== null && compareNumbers(batch.number, before.number) <= 0) return;
    account.sealed = batch;
    // Of those on record who asked may be gone.
    if (before?.life !== line.incarnation || before.number.incarnation !== line.incarnation) return;
    account.owing.push({ ...before, flushes: 0 });
    owesNothing(account);
  },

  writing(_spec, site, line) {
    owesNothing(site.account);
    if (line.sealed === undefined || site.pending === null) return;
    const { sealed, open } = site.pending;
    for (const record of [sealed, open]) if (record !== null) isOpen(site, record, line.incarnation);
    agree(
      sealed === null || open === null || compareNumbers(sealed.number, open.number) < 0,
      'batches are sealed in order',
      () => `${line.sealed} is not before ${line.open}`,
    );
  },

  flushed(_spec, { account }) {
    for (const one of account.owing) one.flushes += 1;
  },

  submit(spec, _site, line) {
    agree(line.to !== line.actor, 'it is passed on', () => `it went to ${line.to}`);
    const { account } = spec.site(line.to);
    account.received ??= new Map();
    const ofOne = account.received.get(line.origin) ?? new Recent(compareNumbers, RECEIVED);
    account.received.set(line.origin, ofOne);
    ofOne.add(partOf(line.batch).number, null);
  },

  answered(spec, site, line) {
    if (line.batch === null) return;
    const { number, amount } = partOf(line.batch);
    const { account, disk } = site;
    const last = account.sealed;
    const isLast = last !== null && compareNumbers(number, last.number) === 0;
    const record = recordOf(disk, number);
    if (line.status !== 202) {
      agree(
        isLast && last.life === line.incarnation,
        'what is answered is in the batch under way',
        () => `that is ${last === null ? 'none' : numberText(last.number)}`,
      );
    } else {
      const isOpen = last === null || compareNumbers(number, last.number) > 0;
      agree(
        isOpen ? number.incarnation === line.incarnation || record !== null : isSealed(site, number),
        'what is answered is in a batch',
        () => `there is no ${numberText(number)}`,
      );
    }
    if (line.status === 200) isTold(spec, site, number, line.slot ?? 0);
    if (account.answered.isForgotten(number)) return;
    const answered = account.answered.find(number) ?? { sum: 0n };
    answered.sum += amount;
    account.answered.add(number, answered);
    agree(
      line.status !== 202 || record === null || answered.sum <= record.amount,
      'a record has all that is answered',
      () => `${answered.sum} is answered, on record is ${record?.amount}`,
    );
  },

  'read answered'(spec, site, line) {
    if (line.watermark === null) return;
    const number = numberOf(line.watermark);
    agree(
      recordOf(site.disk, number) !== null || spec.isCounted(site.actor, number),
      'a watermark is of what is on record',
      () => `${line.watermark} is not`,
    );
  },
};

function recordOf({ sealed, open }: Disk, number: BatchNumber): Part | null {
  return [sealed, open].find((one) => one !== null && compareNumbers(one.number, number) === 0) ?? null;
}

function isSealed(site: Site, number: BatchNumber): boolean {
  return isForgotten(site, number) || site.seals.some((one) => compareNumbers(one.number, number) === 0);
}

/** By the proposer, or by its mark. */
function isTold(spec: CounterSpec, { actor, account, mark }: Site, number: BatchNumber, slot: number): void {
  const state = mark === null ? zero : (spec.proposal(mark)?.state ?? null);
  agree(
    account.counted.has(number) || state === null || counts(state, actor, number),
    'who answers 200 was told',
    () => `nobody told it that ${numberText(number)} is counted`,
  );
  const { chosen } = spec;
  agree(chosen === null || slot <= chosen.slot, 'the slot is chosen', () => `the highest is ${chosen?.slot}`);
}

/** What is put on record is under way or open: it is sealed last, or later; and as it was sealed. */
function isOpen({ account, seals, disk }: Site, { number, amount }: Part, life: number): void {
  const seal = seals.find((one) => compareNumbers(one.number, number) === 0);
  agree(
    seal === undefined || seal.amount === amount,
    'a batch is on record as it was sealed',
    () => `${numberText(number)} was sealed with ${seal?.amount}`,
  );
  const { sealed } = account;
  const isSettled = sealed?.life === life && compareNumbers(number, sealed.number) < 0;
  agree(
    recordOf(disk, number) !== null || (number.incarnation === life && !isSettled),
    'what is put on record is not settled',
    () => `${numberText(number)} is none of those that wait`,
  );
}

/** Of a batch that is settled every increment is answered; what was put on record, after its flush. */
function owesNothing(account: Account): void {
  account.owing = account.owing.filter(({ number, amount, flushes }) => {
    if (account.answered.isForgotten(number)) return false;
    const answered = account.answered.find(number)?.sum ?? 0n;
    agree(
      answered === amount || flushes < FLUSHES,
      'every increment is answered',
      () => `of ${numberText(number)}+${amount} only ${answered}`,
    );
    return answered !== amount;
  });
}
