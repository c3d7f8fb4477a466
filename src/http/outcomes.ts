/** What the service said, as HTTP says it: the one place where an outcome becomes a status. */
import type { Actor } from '../paxos/ballot.ts';
import type { ConfigOutcome, IncrementOutcome, Readiness, ReadOutcome, Refused } from '../runtime/service.ts';
import { type Answer, type Headers, problem } from './answer.ts';

export type Consistency = 'local' | 'linearizable';

export function incrementAnswer(name: string, self: Actor | null, outcome: IncrementOutcome): Answer {
  switch (outcome.kind) {
    case 'counted':
      return valueAnswer(name, self, 'linearizable', outcome, []);
    case 'recorded':
      // Neither empty nor a number: whoever expects the value and parses this fails instead of taking it for 0.
      return { status: 202, headers: byActor(self), text: 'recorded', json: { name, outcome: 'recorded' } };
    case 'unknown': {
      const detail = 'it was not seen to be counted; the increment may be counted once or not at all';
      return problem(504, detail, byActor(self));
    }
    case 'refused':
      return refusal(outcome, byActor(self));
    default:
      return impossible(outcome);
  }
}

export function readAnswer(
  name: string,
  self: Actor | null,
  consistency: Consistency,
  outcome: ReadOutcome,
): Answer {
  switch (outcome.kind) {
    case 'read':
      return valueAnswer(name, self, consistency, outcome, outcome.unreachable);
    case 'refused':
      return refusal(outcome, byActor(self));
    default:
      return impossible(outcome);
  }
}

export function configAnswer(actors: readonly Actor[], outcome: ConfigOutcome): Answer {
  switch (outcome.kind) {
    case 'configured': {
      const { self, changed } = outcome;
      const text = `configured${changed ? '' : ' already'}: this is ${self}, one of ${actors.length}\n`;
      return { status: 200, headers: byActor(self), text, json: { self, changed, actors } };
    }
    case 'conflict':
      return problem(409, outcome.reason);
    case 'unidentified':
      return problem(400, outcome.reason);
    case 'refused':
      return refusal(outcome, {});
    default:
      return impossible(outcome);
  }
}

export function readinessAnswer({ ready, reason }: Readiness): Answer {
  return ready
    ? { status: 200, headers: {}, text: `${reason}\n`, json: { ready, reason } }
    : problem(503, reason);
}

function valueAnswer(
  name: string,
  self: Actor | null,
  consistency: Consistency,
  { value, slot }: { readonly value: bigint; readonly slot: number },
  unreachable: readonly Actor[],
): Answer {
  const text = value.toString();
  const headers: Record<string, string> = {
    'Counter-Slot': String(slot),
    'Counter-Consistency': consistency,
  };
  if (self !== null) headers['Counter-Actor'] = self;
  if (unreachable.length > 0) headers['Counter-Unreachable'] = unreachable.join(', ');
  return {
    status: 200,
    headers,
    text,
    // A string: as a JSON number it would be rounded by most clients beyond 2^53.
    json: { name, value: text, slot },
  };
}

function refusal({ reason, retryAfter }: Refused, headers: Headers): Answer {
  return problem(503, reason, { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter))), ...headers });
}

function byActor(self: Actor | null): Headers {
  return self === null ? {} : { 'Counter-Actor': self };
}

function impossible(outcome: never): never {
  throw new TypeError(`no answer for ${JSON.stringify(outcome)}`);
}
