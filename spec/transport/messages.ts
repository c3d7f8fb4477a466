/** Any message that travels between actors, for properties. */

import fc from 'fast-check';
import { ActorList } from '../../src/codec/actor-list.ts';
import type { BatchNumber, Counted, CounterState } from '../../src/counter/state.ts';
import type { Ballot, Vote, VoteId } from '../../src/paxos/ballot.ts';
import type { RoundId } from '../../src/paxos/message.ts';
import type { CounterMessage, PeerMessage } from '../../src/runtime/ports.ts';
import { decodeFrame } from '../../src/transport/codec.ts';
import { KnownNumbers } from '../../src/transport/numbers.ts';
import { originsOf } from '../counter/origins.ts';

type Type = CounterMessage['type'];
type Of<T extends Type> = Extract<CounterMessage, { readonly type: T }>;

const natural = fc.oneof(fc.nat(300), fc.maxSafeNat());
const name = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 120 }));
const counter = name.filter((text) => text !== '');
const total = fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, 1n << 70n), fc.bigInt(0n, 1n << 2_000n));
/** Not all that messages name: who is not in the list goes by name. */
export const actors = new ActorList(['10.0.0.2:7778', '10.0.0.1']);
const actor = fc.constantFrom('10.0.0.1', '10.0.0.2:7778', '[fd00::1]:7777', '');

function nullable<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(arbitrary, { nil: null });
}

const ballot: fc.Arbitrary<Ballot> = fc.record({ round: natural, actor });
const id: fc.Arbitrary<VoteId> = fc.record({ ballot, slot: natural });
const number: fc.Arbitrary<BatchNumber> = fc.record({ incarnation: natural, sequence: natural });
const round: fc.Arbitrary<RoundId> = fc.record({ incarnation: natural, sequence: natural });
const counted: fc.Arbitrary<Counted> = fc.record({ number, total });
const state: fc.Arbitrary<CounterState> = fc.record({
  total,
  origins: fc.array(fc.tuple(fc.oneof(actor, name), counted), { maxLength: 5 }).map(originsOf),
});
const vote: fc.Arbitrary<Vote<CounterState>> = fc.record({ ballot, slot: natural, state });

function type<T extends Type>(of: T): fc.Arbitrary<T> {
  return fc.constant(of);
}

/** Complete: a type of message that is missing here does not compile. */
export const counterMessages: { readonly [T in Type]: fc.Arbitrary<Of<T>> } = {
  prepare: fc.record({ type: type('prepare'), ballot }),
  promise: fc.oneof(
    fc.record({ type: type('promise'), ballot, vote: nullable(vote), mark: nullable(vote) }),
    fc.record({ type: type('promise'), ballot, vote }).map((message) => ({ ...message, mark: message.vote })),
  ),
  accept: fc.record({ type: type('accept'), vote }),
  accepted: fc.record({ type: type('accepted'), ballot, slot: natural }),
  nack: fc.record({ type: type('nack'), ballot, promised: ballot }),
  chosen: fc.record({ type: type('chosen'), ballot, slot: natural }),
  fetch: fc.record({ type: type('fetch'), ballot, slot: natural }),
  learn: fc.record({ type: type('learn'), mark: vote }),
  submit: fc.record({
    type: type('submit'),
    holder: nullable(ballot),
    command: fc.record({ origin: actor, number, amount: total }),
  }),
  counted: fc.record({ type: type('counted'), slot: natural, outcome: counted }),
  carry: fc.record({ type: type('carry'), holder: nullable(ballot), reader: actor, round, highest: id }),
  carried: fc.record({ type: type('carried'), round, vote }),
  ask: fc.record({ type: type('ask'), round }),
  answer: fc.record({
    type: type('answer'),
    round,
    promised: nullable(ballot),
    vote: nullable(vote),
    mark: nullable(id),
    watermark: nullable(number),
  }),
  push: fc.record({ type: type('push'), watermark: number }),
};

const counterMessage: fc.Arbitrary<CounterMessage> = fc.oneof(...Object.values(counterMessages));

export const peerMessage: fc.Arbitrary<PeerMessage> = fc.oneof(
  { weight: 8, arbitrary: aboutCounter(counterMessage) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant<'changes'>('changes'), identity: name, since: natural }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant<'changed'>('changed'),
      identity: name,
      since: natural,
      until: natural,
      more: fc.boolean(),
      changes: fc.array(fc.record({ counter, mark: id }), { maxLength: 5 }),
    }),
  },
);

export function aboutCounter(message: fc.Arbitrary<CounterMessage>): fc.Arbitrary<PeerMessage> {
  return fc.record({ type: fc.constant<'counter'>('counter'), counter, message });
}

/** One end of a link: what it reads in the payloads of one frame after the other. */
export function reader(): (payload: Buffer) => PeerMessage[] {
  const known = new KnownNumbers();
  return (payload) => decodeFrame(payload, actors, known, () => {});
}

/** The messages of the first frame of a link. */
export function decodeMessages(payload: Buffer): PeerMessage[] {
  return reader()(payload);
}
