/** What the lines of a trace look like: fields of the right kind, and names as `src/runtime/trace.ts` writes them. */
import type { Actor } from '../../src/paxos/ballot.ts';
import type { TraceEvent } from '../../src/runtime/trace.ts';
import type { Line } from './line.ts';
import { demand } from './refusal.ts';

type Form = (value: unknown, actors: readonly Actor[]) => boolean;
type Fields = Readonly<Record<string, Form>>;

const text: Form = (value) => typeof value === 'string' && value !== '';
const positive: Form = (value) => Number.isSafeInteger(value) && Number(value) > 0;
const actor: Form = (value, all) => all.includes(String(value)) && typeof value === 'string';
const like =
  (pattern: RegExp): Form =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const oneOf =
  (...values: readonly unknown[]): Form =>
  (value) =>
    values.includes(value);
const orNull =
  (form: Form): Form =>
  (value, actors) =>
    value === null || form(value, actors);
/** Nothing twice. */
const list =
  (form: Form): Form =>
  (value, actors) =>
    Array.isArray(value) &&
    new Set(value).size === value.length &&
    value.every((one: unknown) => form(one, actors));
/** Of some actor: its name follows what `pattern` takes, up to what `rest` takes. */
const named =
  (pattern: RegExp): Form =>
  (value, actors) =>
    typeof value === 'string' && actors.includes(pattern.exec(value)?.groups?.actor ?? '');

// One number has one text: names are compared as they are.
const amount = like(/^(0|[1-9]\d*|0x[1-9a-f][\da-f]*)$/);
const number = like(/^[1-9]\d*\.(0|[1-9]\d*)$/);
const batch = like(/^[1-9]\d*\.(0|[1-9]\d*)\+(0|[1-9]\d*|0x[1-9a-f][\da-f]*)$/);
const sent = named(/^(?<actor>\S+) [1-9]\d*\.(0|[1-9]\d*)\+(0|[1-9]\d*|0x[1-9a-f][\da-f]*)$/);
const ballot = named(/^(0|[1-9]\d*)\.(?<actor>[^/]+)$/);
const id = named(/^(0|[1-9]\d*)\.(?<actor>[^/]+)\/[1-9]\d*$/);
const vote = named(/^(0|[1-9]\d*)\.(?<actor>[^/]+)\/[1-9]\d*#[\da-z]+$/);

const register = { promise: orNull(ballot), vote: orNull(vote), mark: orNull(vote) };
const records = { sealed: orNull(batch), open: orNull(batch) };

const FORMS: {
  readonly [E in Exclude<TraceEvent['event'], 'writing' | 'answered' | 'read finished'>]: Fields;
} = {
  started: { actors: list(text), store: text, after: orNull(like(/^\d+\.\d+$/)) },
  ended: {},
  failed: { reason: (value) => typeof value === 'string' },
  'link up': { peer: actor },
  'link down': { peer: actor },
  loaded: { ...register, ...records },
  flushed: {},
  prepare: { ballot },
  promise: { to: actor, ballot, vote: orNull(vote), mark: orNull(vote) },
  nack: { to: actor, ballot, promised: ballot },
  elected: { ballot, promised: list(actor), base: orNull(id) },
  accept: { vote, base: orNull(id), batches: list(sent), total: amount },
  accepted: { to: actor, vote: (value, actors) => vote(value, actors) || id(value, actors) },
  chosen: { vote, accepted: list(actor) },
  marked: { vote },
  learn: { to: actor, vote },
  carried: { to: actor, round: number, vote },
  sealed: { batch },
  submit: { to: actor, origin: actor, batch },
  counted: { to: actor, batch: number, total: amount, slot: positive },
  'read begun': { round: number, asked: number, reads: positive },
  'read answered': {
    to: actor,
    round: number,
    promised: orNull(ballot),
    vote: orNull(vote),
    mark: orNull(id),
    watermark: orNull(number),
  },
  shown: { vote: orNull(vote), total: amount },
};

/** Of the actor itself; all others are of a counter. */
const OWN: readonly string[] = ['started', 'ended', 'failed', 'link up', 'link down'];

/** `actors`: those that its life has begun with. */
export function isWellFormed(line: Line, actors: readonly Actor[]): void {
  const fields = fieldsOf(line);
  demand(fields !== null, 'well formed', () => `${line.event} is no event`);
  demand(
    OWN.includes(line.event) ? line.counter === undefined : text(line.counter, actors),
    'well formed',
    () => `${line.event} is of the counter ${JSON.stringify(line.counter)}`,
  );
  const told: Readonly<Record<string, unknown>> = { ...line };
  for (const [field, form] of Object.entries(fields)) {
    demand(
      form(told[field], actors),
      'well formed',
      () => `its ${field} cannot be ${JSON.stringify(told[field])}`,
    );
  }
}

/** Null: there is no such event. */
function fieldsOf(line: Line): Fields | null {
  switch (line.event) {
    case 'writing':
      return writing(line);
    case 'answered':
      return answered(line);
    case 'read finished':
      return readFinished(line);
    default:
      return Object.hasOwn(FORMS, line.event) ? FORMS[line.event] : null;
  }
}

/** The register, or the records, or both: each as a whole. */
function writing(line: Line & { readonly event: 'writing' }): Fields {
  const isOf = (fields: Fields) => Object.keys(fields).some((field) => Object.hasOwn(line, field));
  const [hasRegister, hasRecords] = [isOf(register), isOf(records)];
  return { ...(hasRegister || !hasRecords ? register : {}), ...(hasRecords ? records : {}) };
}

function answered({ status }: Line & { readonly event: 'answered' }): Fields {
  if (status === 503) return { batch: oneOf(null) };
  return {
    status: oneOf(200, 202, 504),
    batch,
    ...(status === 200 ? { value: amount, slot: positive } : {}),
  };
}

/** 503 tells nothing; and of no round, only that can be told. */
function readFinished({ status, round }: Line & { readonly event: 'read finished' }): Fields {
  const isOfNone = round === null;
  const told =
    status === 503 ? { vote: oneOf(null), total: oneOf('0') } : { vote: orNull(vote), total: amount };
  return {
    ...told,
    status: isOfNone ? oneOf(503) : oneOf(200, 503),
    round: orNull(number),
    unheard: (value, actors) => list(actor)(value, actors) && (!isOfNone || String(value) === ''),
  };
}
