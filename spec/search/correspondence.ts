/**
 * Which step of a role is which action of spec/tla/Quorate.tla, and which events of a trace tell of it. The compiler keeps it
 * complete: every input of every role, every message, every effect and every event has to be in some row.
 */
import type { CounterEffect, CounterInput, CounterReply } from '../../src/counter/counter.ts';
import type { CounterShape } from '../../src/counter/machine.ts';
import type { Origin } from '../../src/counter/origin.ts';
import type { AcceptorInput } from '../../src/paxos/acceptor.ts';
import type { Learner } from '../../src/paxos/learner.ts';
import type { ProposerInput } from '../../src/paxos/proposer.ts';
import type { ReaderInput } from '../../src/paxos/reader.ts';
import type { CounterMessage } from '../../src/runtime/ports.ts';
import type { TraceEvent } from '../../src/runtime/trace.ts';

type MethodOf<R> = { [K in keyof R]: R[K] extends (...given: never[]) => unknown ? K : never }[keyof R] &
  string;

type Step =
  | `Acceptor ${AcceptorInput<never>['type']}`
  | `Learner ${Exclude<MethodOf<Learner<never>>, 'knows'>}`
  | `Proposer ${ProposerInput<CounterShape>['type']}`
  | `Reader ${ReaderInput<CounterShape>['type']}`
  | `Origin ${Exclude<MethodOf<Origin>, 'watermark'>}`
  | `Counter ${CounterInput['type']}`;

type Persisted = Extract<CounterEffect, { type: 'persist' }>['what'];

type Given = `persist ${Persisted}` | `send ${CounterMessage['type']}` | `reply ${CounterReply['type']}`;

export interface Row {
  /** Of Quorate.tla; or why it has none. */
  readonly action: string;
  readonly steps: readonly Step[];
  /** The messages that lead to it. */
  readonly takes: readonly CounterMessage['type'][];
  readonly gives: readonly Given[];
  readonly events: readonly TraceEvent['event'][];
}

/** Rows with an action of Quorate.tla. */
export const ACTIONS = [
  {
    action: 'OriginIncrement',
    steps: ['Counter increment', 'Origin increment'],
    takes: [],
    gives: [],
    events: [],
  },
  {
    action: 'OriginTurn',
    steps: ['Counter turn', 'Origin turn'],
    takes: [],
    gives: ['persist records', 'send submit'],
    events: ['sealed'],
  },
  {
    action: 'OriginTick',
    steps: ['Counter tick', 'Counter liveness', 'Origin tick', 'Origin liveness'],
    takes: [],
    gives: ['send submit'],
    events: ['sealed'],
  },
  {
    action: 'OriginRecord',
    steps: ['Counter tick', 'Counter liveness', 'Origin tick', 'Origin liveness'],
    takes: [],
    gives: ['persist records', 'reply recorded'],
    events: ['writing', 'flushed', 'answered'],
  },
  {
    action: 'OriginCounted',
    steps: ['Origin counted'],
    takes: ['counted'],
    gives: ['reply counted'],
    events: ['answered'],
  },
  {
    action: 'ProposerPrepare',
    steps: ['Proposer command', 'Proposer carry', 'Proposer tick', 'Proposer liveness'],
    takes: ['submit', 'carry'],
    gives: ['persist register', 'send prepare'],
    events: ['writing', 'flushed', 'prepare', 'promise'],
  },
  {
    action: 'ProposerPromised',
    steps: ['Proposer promise'],
    takes: ['promise'],
    gives: ['send prepare', 'send accept'],
    events: ['elected', 'accept'],
  },
  {
    action: 'ProposerSubmitted',
    steps: ['Proposer command', 'Proposer carry', 'Proposer accepted'],
    takes: ['submit', 'carry'],
    gives: ['send accept', 'send counted'],
    events: ['accept'],
  },
  {
    action: 'ProposerAccepted',
    steps: ['Proposer accepted', 'Learner learn', 'Origin learn', 'Reader marked'],
    takes: ['accepted'],
    gives: ['send counted', 'send carried', 'send learn', 'send chosen', 'persist register'],
    events: ['chosen', 'counted', 'carried', 'marked'],
  },
  {
    action: 'ProposerRefused',
    steps: ['Proposer nack', 'Proposer tick', 'Proposer liveness'],
    takes: ['nack'],
    gives: ['send submit', 'send carry'],
    events: ['submit'],
  },
  {
    action: 'AcceptorPrepare',
    steps: ['Acceptor prepare'],
    takes: ['prepare'],
    gives: ['persist register', 'send promise'],
    events: ['writing', 'flushed', 'promise'],
  },
  {
    action: 'AcceptorAccept',
    steps: ['Acceptor accept'],
    takes: ['accept'],
    gives: ['persist register', 'send accepted'],
    events: ['writing', 'flushed', 'accepted'],
  },
  {
    action: 'LearnerNotice',
    steps: ['Learner notice', 'Origin learn', 'Reader marked'],
    takes: ['chosen'],
    gives: ['persist register', 'persist records', 'reply counted'],
    events: ['marked', 'answered'],
  },
  {
    action: 'LearnerLearn',
    steps: ['Learner learn', 'Origin learn', 'Reader marked'],
    takes: ['learn', 'carried'],
    gives: ['persist register', 'persist records', 'reply counted'],
    events: ['marked', 'answered'],
  },
  { action: 'Flush', steps: [], takes: [], gives: [], events: ['writing', 'flushed', 'shown'] },
  {
    action: 'ReaderAsk',
    steps: ['Counter read', 'Counter turn', 'Reader read', 'Reader turn'],
    takes: [],
    gives: ['send ask'],
    events: ['read begun'],
  },
  {
    action: 'ReplicaAsked',
    steps: ['Reader answer'],
    takes: ['ask', 'answer'],
    gives: ['send answer'],
    events: ['read answered'],
  },
  {
    action: 'ReaderFinds',
    steps: ['Reader answer', 'Learner learn', 'Origin learn'],
    takes: ['answer'],
    gives: ['send learn', 'persist register'],
    events: ['marked'],
  },
  {
    action: 'ReaderSettles',
    steps: ['Reader answer', 'Reader carried', 'Reader marked', 'Reader tick', 'Reader liveness'],
    takes: ['answer', 'carried'],
    gives: ['reply read'],
    events: ['read finished'],
  },
  {
    action: 'Crash',
    steps: [],
    takes: [],
    gives: [],
    events: ['ended', 'started', 'loaded'],
  },
] as const satisfies readonly Row[];

/** What no action is needed for, and why. */
export const NO_ACTION = [
  {
    action: 'every message is handed to the role that it is for',
    steps: ['Counter message'],
    takes: [],
    gives: [],
    events: [],
  },
  {
    action: 'a refusal is not sent: ProposerRefused looks at the promise',
    steps: ['Acceptor prepare', 'Acceptor accept'],
    takes: ['prepare', 'accept'],
    gives: ['send nack'],
    events: ['nack'],
  },
  {
    action: 'messages are never taken away, so none is sent again',
    steps: [
      'Proposer tick',
      'Proposer liveness',
      'Origin tick',
      'Origin liveness',
      'Reader tick',
      'Reader liveness',
    ],
    takes: [],
    gives: ['send prepare', 'send accept', 'send submit', 'send ask'],
    events: ['prepare', 'accept', 'sealed'],
  },
  {
    action: 'a batch may reach any proposer, so none is passed on',
    steps: [],
    takes: ['submit', 'carry'],
    gives: ['send submit', 'send carry'],
    events: ['submit'],
  },
  {
    action: 'a chosen notice has its state with it',
    steps: [],
    takes: ['fetch'],
    gives: ['send fetch', 'send learn'],
    events: ['learn'],
  },
  {
    action: 'whatever can happen may happen, so nothing is pushed',
    steps: ['Origin push'],
    takes: ['push'],
    gives: ['send push', 'send submit'],
    events: ['sealed'],
  },
  {
    action: 'clients that are told nothing are not told so',
    steps: ['Origin increment', 'Origin tick', 'Reader tick'],
    takes: [],
    gives: ['reply refused', 'reply unknown', 'reply no majority'],
    events: ['answered', 'read finished'],
  },
  {
    action: 'suspicion decides only where work goes; who has failed is one that takes no steps',
    steps: ['Counter liveness'],
    takes: [],
    gives: [],
    events: ['link up', 'link down', 'failed'],
  },
] as const satisfies readonly Row[];

export const ROWS: readonly Row[] = [...ACTIONS, ...NO_ACTION];

type Written = (typeof ACTIONS)[number] | (typeof NO_ACTION)[number];

type Missing =
  | Exclude<Step, Written['steps'][number]>
  | Exclude<CounterMessage['type'], Written['takes'][number]>
  | Exclude<Given, Written['gives'][number]>
  | Exclude<TraceEvent['event'], Written['events'][number]>;

/** Does not compile if something is missing, and says what. */
export const IS_COMPLETE: [Missing] extends [never] ? true : { readonly missing: Missing } = true;
