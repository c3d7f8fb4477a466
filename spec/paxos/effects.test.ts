import test from 'ava';
import { type Leaves, send } from '../../src/paxos/effects.ts';
import type { Message, Shape } from '../../src/paxos/message.ts';

type MessageType = Message<Shape>['type'];

/** What tells of something that a crash could still take back waits for the disk. */
const leaves: Record<MessageType, Leaves> = {
  prepare: 'at once',
  promise: 'after the flush',
  accept: 'at once',
  accepted: 'after the flush',
  nack: 'at once',
  chosen: 'at leisure',
  fetch: 'at once',
  learn: 'at once',
  submit: 'at once',
  counted: 'at once',
  carry: 'at once',
  carried: 'at once',
  ask: 'at once',
  answer: 'at once',
  push: 'at once',
};

for (const type of Object.keys(leaves) as MessageType[]) {
  test(`${type} leaves ${leaves[type]}`, (t) => {
    t.is(send('b', { type }).leaves, leaves[type]);
    t.is(send('b', { type }, 'after the flush').leaves, 'after the flush', 'a sender may be stricter');
  });
}
