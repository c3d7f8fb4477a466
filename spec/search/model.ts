/** A state of the search as a state of spec/tla/Quorate.tla: where both take the same steps, they have as many. */
import { type Actor, compareBallots, compareVotes } from '../../src/paxos/ballot.ts';
import type { CounterMessage } from '../../src/runtime/ports.ts';
import { type Configuration, configuration } from './configuration.ts';
import { textOf } from './graph.ts';
import { increment } from './scenes.ts';
import type { Envelope } from './steps.ts';
import type { SearchedWorld, State } from './world.ts';

export interface Equal {
  readonly configuration: Configuration;
  /** What differs from: one proposer and origin of three actors, one round, slot and increment, no learner and no crash. */
  readonly constants: string;
  /** Distinct states of Quorate.tla with these constants. */
  readonly states: number;
}

const ALONE = { operations: [increment('a')], setting: { isModel: true } };

export const EQUAL: readonly Equal[] = [
  {
    configuration: configuration('the model, nobody learns', { ...ALONE, lost: ['chosen', 'fetch'] }),
    constants: '',
    states: 43,
  },
  { configuration: configuration('the model', ALONE), constants: 'Learners = Actors', states: 87 },
  {
    configuration: configuration('the model, of five', {
      ...ALONE,
      actors: ['a', 'b', 'c', 'd', 'e'],
      lost: ['chosen', 'fetch'],
    }),
    constants: 'five actors',
    states: 547,
  },
  {
    configuration: configuration('the model, and an acceptor crashes', {
      ...ALONE,
      crashes: { at: ['b'], most: 1 },
    }),
    constants: 'Learners = Actors, Crashing = {2}, MaxCrashes = 1',
    states: 174,
  },
];

type Promised = CounterMessage & { readonly type: 'promise' };

/** What of an actor's text is `disk` and `memory` of the model. Each part is where the text comes to it first. */
interface Remembered {
  readonly register: unknown;
  readonly backlog: unknown;
  readonly counter: {
    readonly _origin: {
      readonly _open: unknown;
      readonly _underWay: { readonly number: unknown; readonly amount: unknown } | null;
      readonly _replica: {
        readonly _known: { readonly _learner: { readonly mark: unknown } };
        readonly _proposer: {
          readonly _phase: Phase;
          readonly _learner: {
            readonly _surroundings: { readonly incarnation: number; readonly sequence: number };
          };
        };
      };
    };
  };
}

interface Phase {
  readonly name: 'idle' | 'pausing' | 'preparing' | 'holding';
  readonly ballot?: unknown;
  readonly latest?: unknown;
  readonly accepting?: unknown;
}

/** Equal for states that are one state of the model. */
export function modelState(world: SearchedWorld, state: State): string {
  const actors = state.locals.map((_, actor) => once(world.textOf(state, actor), remembered));
  const envelopes = world.envelopes(state);
  const sent = new Set([...envelopes.flatMap(inModel), ...firstPromises(envelopes)]);
  const increments = world.toldIn(state).map((one) => one && `${one.outcome} ${one.value}`);
  return [...actors, ...[...sent].sort(), ...increments].join('\n');
}

const texts = new Map<string, string>();
const words = new WeakMap<object, string>();

/** There are few texts and messages, and many states. */
function once(text: string, work: (text: string) => string): string {
  const known = texts.get(text) ?? work(text);
  texts.set(text, known);
  return known;
}

function wordsOf(message: object): string {
  const known = words.get(message) ?? textOf(message);
  words.set(message, known);
  return known;
}

function remembered(text: string): string {
  const { register, backlog, counter } = JSON.parse(text) as Remembered;
  const { _open, _underWay, _replica } = counter._origin;
  const { _known, _proposer } = _replica;
  const { name, ballot, latest, accepting } = _proposer._phase;
  const phase = name === 'pausing' ? 'idle' : name === 'holding' && accepting !== null ? 'accepting' : name;
  const sealed = _underWay && [_underWay.number, _underWay.amount];
  const { incarnation, sequence } = _proposer._learner._surroundings;
  const { mark } = _known._learner;
  return JSON.stringify([
    register,
    backlog,
    mark,
    phase,
    ballot,
    latest,
    sealed,
    _open,
    incarnation,
    sequence,
  ]);
}

/** The messages that the model has, but promises. That a vote is chosen is seen at the mark of its proposer. */
function inModel({ from, message }: Envelope): string[] {
  switch (message.type) {
    case 'prepare':
    case 'accept':
    case 'submit':
      return [wordsOf(message)];
    case 'accepted':
      return [`${from} ${wordsOf(message)}`];
    default:
      return [];
  }
}

/**
 * In the model a promise is given once. Here it is given again, with what the acceptor knows by then: a vote in that very
 * ballot, or a higher mark. Nobody waits for those.
 */
function firstPromises(envelopes: readonly Envelope[]): string[] {
  const first = new Map<string, { readonly from: Actor; readonly message: Promised }>();
  for (const { from, message } of envelopes) {
    if (message.type !== 'promise' || compareBallots(message.vote?.ballot ?? null, message.ballot) >= 0)
      continue;
    const key = `${from} ${wordsOf(message.ballot)}`;
    const other = first.get(key);
    if (other === undefined || compareVotes(message.mark, other.message.mark) < 0)
      first.set(key, { from, message });
  }
  return [...first.values()].map(({ from, message }) => `${from} ${wordsOf(message)}`);
}
