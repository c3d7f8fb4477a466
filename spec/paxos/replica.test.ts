import test from 'ava';
import type { Message, Register } from '../../src/paxos/message.ts';
import { type OriginMessage, Replica } from '../../src/paxos/replica.ts';
import { ballot, lines, type Notes, note, notes, vote, type World, worldOf } from './notes.ts';

interface Durable {
  readonly promise?: string;
  readonly vote?: string;
  readonly mark?: string;
  readonly watermark?: number;
}

class Replicating {
  readonly world: World = worldOf('a', 'a', 'b', 'c');
  readonly replica: Replica<Notes>;
  durable: Register<Notes>;

  constructor({ promise, vote: own, mark, watermark }: Durable = {}) {
    const register: Register<Notes> = {
      promise: promise === undefined ? null : ballot(promise),
      vote: own === undefined ? null : vote(own),
      mark: mark === undefined ? null : vote(mark),
    };
    this.durable = register;
    this.replica = new Replica(
      notes,
      this.world,
      register,
      () => watermark ?? null,
      () => this.durable,
    );
  }

  hear(from: string, message: Exclude<Message<Notes>, { type: OriginMessage }>): string[] {
    return lines(this.replica.receive(from, message));
  }

  prepare(from: string, name: string): string[] {
    return this.hear(from, { type: 'prepare', ballot: ballot(name) });
  }

  accept(from: string, text: string): string[] {
    return this.hear(from, { type: 'accept', vote: vote(text) });
  }

  chosen(from: string, id: string): string[] {
    const { ballot, slot } = vote(id);
    return this.hear(from, { type: 'chosen', ballot, slot });
  }

  fetch(from: string, id: string): string[] {
    const { ballot, slot } = vote(id);
    return this.hear(from, { type: 'fetch', ballot, slot });
  }

  ask(from: string): string[] {
    return this.hear(from, { type: 'ask', round: { incarnation: 2, sequence: 9 } });
  }

  /** A read at `reader` that heard of `highest`. */
  carry(reader: string, highest: string, holder: string): string[] {
    const { ballot: of, slot } = vote(highest);
    const round = { incarnation: 1, sequence: 5 };
    const carry = { reader, round, highest: { ballot: of, slot } };
    return this.hear(reader, { type: 'carry', holder: ballot(holder), ...carry });
  }

  submit(from: string, text: string, holder: string | null): string[] {
    const known = holder === null ? null : ballot(holder);
    return this.hear(from, { type: 'submit', holder: known, command: note(text) });
  }
}

const register = ['persist register now'];

test('an acceptor that promised less makes the promise durable, then answers with its vote and mark', (t) => {
  const replicating = new Replicating({ promise: '1.b', vote: '1.b/2 b1 b2', mark: '1.b/1 b1' });
  t.deepEqual(replicating.prepare('c', '2.c'), [
    ...register,
    'to c, after the flush: promise 2.c, vote 1.b/2 = [b1 b2], mark 1.b/1 = [b1]',
  ]);
  t.deepEqual(replicating.replica.register.promise, ballot('2.c'));
});

test('a prepare that comes twice is answered twice; the second answer waits for the same flush', (t) => {
  const replicating = new Replicating();
  replicating.prepare('c', '2.c');
  t.deepEqual(replicating.prepare('c', '2.c'), ['to c, after the flush: promise 2.c, vote none, mark none']);
});

test('what a promise tells to be chosen is marked, though its ballot is over', (t) => {
  const replicating = new Replicating({ promise: '1.b', vote: '1.b/2 b1 b2', mark: '1.b/1 b1' });
  const promise = (mark: string) =>
    replicating.hear('b', { type: 'promise', ballot: ballot('2.a'), vote: null, mark: vote(mark) });
  t.deepEqual(promise('1.b/2 b1 b2'), ['persist register later']);
  t.deepEqual(replicating.replica.mark, vote('1.b/2 b1 b2'));
  t.deepEqual(promise('1.b/1 b1'), [], 'never goes down');
});

test('otherwise it answers with a nack that carries the promised ballot, and changes nothing', (t) => {
  const replicating = new Replicating({ promise: '3.b', vote: '2.b/1 b1' });
  const before = replicating.replica.register;
  t.deepEqual(replicating.prepare('c', '2.c'), ['to c: nack 2.c, promised 3.b']);
  t.deepEqual(replicating.accept('c', '2.c/9 c1'), ['to c: nack 2.c, promised 3.b']);
  t.deepEqual(replicating.replica.register, before);
});

test('promise and vote become durable before accepted leaves', (t) => {
  const replicating = new Replicating({ promise: '1.b', vote: '1.b/2 b1 b2' });
  t.deepEqual(replicating.accept('c', '2.c/3 c1'), [...register, 'to c, after the flush: accepted 2.c/3']);
  t.deepEqual(replicating.replica.register, { promise: ballot('2.c'), vote: vote('2.c/3 c1'), mark: null });
  t.deepEqual(replicating.accept('c', '2.c/3 c1'), ['to c, after the flush: accepted 2.c/3'], 'heard twice');
  t.deepEqual(replicating.accept('c', '2.c/2'), ['to c: nack 2.c, promised 2.c'], 'an old slot');
});

test('a restart goes on from what was durable, and takes a round above it', (t) => {
  for (const durable of [{ promise: '4.a' }, { promise: '4.a', mark: '3.b/1 b1' }, { mark: '4.c/1 b1' }]) {
    const replicating = new Replicating(durable);
    replicating.world.alive.delete('c');
    t.deepEqual(replicating.submit('a', 'a1', null), ['to a: prepare 5.a'], JSON.stringify(durable));
  }
});

test('every ballot that is met in any message raises the next round', (t) => {
  const heard: readonly Exclude<Message<Notes>, { type: OriginMessage }>[] = [
    { type: 'prepare', ballot: ballot('8.b') },
    { type: 'accept', vote: vote('8.b/1 b1') },
    { type: 'nack', ballot: ballot('1.a'), promised: ballot('8.b') },
    { type: 'promise', ballot: ballot('1.a'), vote: null, mark: vote('8.b/1 b1') },
    { type: 'chosen', ballot: ballot('8.b'), slot: 1 },
    { type: 'learn', mark: vote('8.b/1 b1') },
    { type: 'carried', round: { incarnation: 1, sequence: 1 }, vote: vote('8.b/1 b1') },
    {
      type: 'answer',
      round: { incarnation: 1, sequence: 1 },
      promised: ballot('8.b'),
      vote: null,
      mark: null,
      watermark: null,
    },
    { type: 'submit', holder: ballot('8.b'), command: note('b1') },
  ];
  for (const message of heard) {
    const replicating = new Replicating();
    replicating.hear('c', message);
    t.is(replicating.replica.holder, message.type === 'submit' ? 'a' : 'b', message.type);
    replicating.world.alive.delete('b');
    const effects = message.type === 'submit' ? ['to a: prepare 9.a'] : replicating.submit('a', 'a1', null);
    t.deepEqual(effects, ['to a: prepare 9.a'], message.type);
    t.deepEqual(replicating.replica.highest, ballot('9.a'), message.type);
  }
});

test('chosen: who holds that very vote marks it; nothing waits for that flush', (t) => {
  const replicating = new Replicating({ promise: '2.c', vote: '2.c/3 c1' });
  t.deepEqual(replicating.chosen('c', '2.c/3'), ['persist register later']);
  t.deepEqual(replicating.replica.mark, vote('2.c/3 c1'));
  t.deepEqual(replicating.chosen('c', '2.c/3'), [], 'once');
});

test('chosen: who does not hold it fetches the state from who told (a notice may overtake its accept)', (t) => {
  const replicating = new Replicating({ promise: '2.c', vote: '2.c/2' });
  t.deepEqual(replicating.chosen('b', '2.c/3'), ['to b: fetch 2.c/3']);
  t.is(replicating.replica.mark, null);
  t.deepEqual(replicating.hear('b', { type: 'learn', mark: vote('2.c/3 c1') }), ['persist register later']);
  t.deepEqual(replicating.replica.mark, vote('2.c/3 c1'));
  t.deepEqual(replicating.replica.register.vote, vote('2.c/2'), 'what it learns it has not accepted');
});

test('fetch is answered with the mark, at or above what was asked for; else not at all', (t) => {
  const replicating = new Replicating({ promise: '2.c', vote: '2.c/5', mark: '2.c/4 c1' });
  t.deepEqual(replicating.fetch('b', '2.c/3'), ['to b: learn 2.c/4 = [c1]']);
  t.deepEqual(replicating.fetch('b', '2.c/4'), ['to b: learn 2.c/4 = [c1]']);
  t.deepEqual(replicating.fetch('b', '2.c/5'), []);
  t.deepEqual(new Replicating().fetch('b', '1.c/1'), []);
});

test('asked by a reader: promise, vote, mark and watermark; nothing is written', (t) => {
  const replicating = new Replicating({ promise: '3.b', vote: '2.c/5 c1', mark: '2.c/4', watermark: 7 });
  t.deepEqual(replicating.ask('b'), [
    'to b: answer round 2.9: promised 3.b, vote 2.c/5 = [c1], mark 2.c/4, watermark 7',
  ]);
});

test('asked by a reader while a vote is written: what is durable, and the mark that it knows', (t) => {
  const replicating = new Replicating({ promise: '1.b', vote: '1.b/1 b1', mark: '1.b/1 b1' });
  replicating.accept('c', '2.c/2 b1 c1');
  replicating.chosen('c', '2.c/2');
  t.deepEqual(replicating.ask('b'), [
    'to b: answer round 2.9: promised 1.b, vote 1.b/1 = [b1], mark 2.c/2, watermark none',
  ]);
  replicating.durable = replicating.replica.register;
  t.deepEqual(replicating.ask('b'), [
    'to b: answer round 2.9: promised 2.c, vote 2.c/2 = [b1 c1], mark 2.c/2, watermark none',
  ]);
});

test('a batch goes to the holder; to oneself, if no holder is known', (t) => {
  const replicating = new Replicating();
  replicating.accept('b', '1.b/1 b1');
  t.deepEqual(replicating.submit('a', 'a1', null), ['to b: submit a1, holder 1.b']);
  t.deepEqual(new Replicating().submit('a', 'a1', null), ['to a: prepare 1.a']);
});

test('a holder that is suspected is replaced by phase 1', (t) => {
  const replicating = new Replicating({ promise: '1.b' });
  replicating.world.alive.delete('b');
  t.deepEqual(replicating.submit('a', 'a1', null), ['to a: prepare 2.a']);
});

test('a holder that does not answer is replaced by phase 1: its sender knew of it and sent it here', (t) => {
  const replicating = new Replicating({ promise: '1.b' });
  t.deepEqual(replicating.submit('a', 'a1', '1.b'), ['to a: prepare 2.a']);
});

test('who sends work on says which ballot it knows, so that work never goes in a circle', (t) => {
  const replicating = new Replicating({ promise: '3.c' });
  t.deepEqual(replicating.submit('b', 'b1', '1.a'), ['to c: submit b1, holder 3.c']);
  t.deepEqual(replicating.submit('b', 'b1', '3.c'), ['to a: prepare 4.a'], 'it was with c, or passed by it');
});

test('a read is carried where a batch would go', (t) => {
  const replicating = new Replicating({ promise: '3.c' });
  t.deepEqual(replicating.carry('b', '1.b/2', '1.a'), ['to c: carry round 1.5 of b at 1.b/2, holder 3.c']);
  t.deepEqual(replicating.carry('b', '1.b/2', '3.c'), ['to a: prepare 4.a']);
});

test('whoever knows a mark at or above what a read heard of answers it, and nobody else', (t) => {
  const replicating = new Replicating({ promise: '3.c', vote: '2.c/5', mark: '2.c/4 c1' });
  const answer = ['to b: carried round 1.5: 2.c/4 = [c1]'];
  t.deepEqual(replicating.carry('b', '1.b/9', '1.b'), answer);
  t.deepEqual(replicating.carry('b', '2.c/4', '3.c'), answer);
  t.deepEqual(replicating.carry('b', '2.c/5', '1.b'), ['to c: carry round 1.5 of b at 2.c/5, holder 3.c']);
});

test('a carried vote is chosen: it is marked, and answers the read', (t) => {
  const replicating = new Replicating();
  const round = { incarnation: 1, sequence: 1 };
  const answer = { type: 'answer', round, promised: null, mark: null, watermark: null } as const;
  replicating.replica.step({ type: 'read', request: 1, all: false, deadline: 100 });
  replicating.replica.step({ type: 'turn' });
  replicating.hear('a', { ...answer, vote: null });
  replicating.hear('b', { ...answer, vote: null });
  t.deepEqual(replicating.hear('c', { ...answer, vote: vote('2.c/3 c1') }), [
    'to a: carry round 1.1 of a at 2.c/3, holder none',
  ]);
  t.deepEqual(replicating.hear('c', { type: 'carried', round, vote: vote('2.c/3 c1') }), [
    'persist register later',
    'reply 1: read 2.c/3 = [c1]',
  ]);
  t.deepEqual(replicating.replica.mark, vote('2.c/3 c1'));
});
