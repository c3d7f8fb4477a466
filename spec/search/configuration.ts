import type { Actor } from '../../src/paxos/ballot.ts';
import type { CounterMessage } from '../../src/runtime/ports.ts';
import type { Setting } from './actor.ts';

/** What a client asks for; with `after`, when that operation is over. */
export interface Asked {
  readonly kind: 'increment' | 'read';
  readonly actor: Actor;
  readonly after: number | null;
}

type MessageType = CounterMessage['type'];

/** A small cluster, and how much may happen to it. */
export interface Configuration {
  readonly name: string;
  readonly actors: readonly Actor[];
  readonly setting: Setting;
  /** Each is asked for once, at any time. */
  readonly operations: readonly Asked[];
  /** How many of them are done first, one after the other, with all that comes of them: there the search begins. */
  readonly before: number;
  /** What happens then, in the words of a counterexample. */
  readonly script: readonly string[];
  readonly crashes: { readonly at: readonly Actor[]; readonly most: number };
  /** How many messages arrive twice. */
  readonly doubles: number;
  readonly suspicions: { readonly at: readonly Actor[]; readonly most: number };
  /** How often something falls due at each actor. */
  readonly alarms: Readonly<Record<Actor, number>>;
  /** Messages that are always lost, to keep the rest small: of a type, or also from one actor to another. */
  readonly lost: readonly (MessageType | `${MessageType} ${Actor}>${Actor}`)[];
  /** Whether marks are flushed though nothing else is. */
  readonly isLazy: boolean;
  /** How many things happen at the most; Infinity: until nothing can happen. */
  readonly depth: number;
}

const CALM = {
  actors: ['a', 'b', 'c'],
  setting: {
    candidate: null,
    isThrifty: false,
    minority: 'accept',
    commitTimeout: 1_000,
    readTimeout: 100_000,
    isModel: false,
  },
  operations: [],
  before: 0,
  script: [],
  crashes: { at: [], most: 0 },
  doubles: 0,
  suspicions: { at: [], most: 0 },
  alarms: {},
  lost: [],
  isLazy: false,
  depth: Infinity,
} as const;

export function configuration(
  name: string,
  wanted: Partial<Omit<Configuration, 'setting'>> & { readonly setting?: Partial<Setting> },
): Configuration {
  return { ...CALM, ...wanted, name, setting: { ...CALM.setting, ...wanted.setting } };
}
