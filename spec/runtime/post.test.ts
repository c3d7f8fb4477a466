import test from 'ava';
import { Post } from '../../src/runtime/post.ts';
import { peerWords } from './desk.ts';
import { chosen, prepare } from './letters.ts';

function office() {
  const frames: string[] = [];
  const transport = {
    send: (to: string, messages: readonly Parameters<typeof peerWords>[0][]) =>
      void frames.push(`${to}: ${messages.map(peerWords).join('; ')}`),
  };
  return { post: new Post(transport), sent: () => frames.splice(0) };
}

test('what can wait leaves with what cannot, in order, in one frame; or when all leaves', (t) => {
  const { post, sent } = office();
  post.put('b', chosen('x', '1.a/1'), true);
  post.put('c', chosen('x', '1.a/1'), true);
  post.send('urgent');
  t.deepEqual(sent(), []);
  post.put('b', prepare('y', '1.a'), false);
  post.put('b', chosen('z', '1.a/1'), true);
  post.send('urgent');
  t.deepEqual(sent(), ['b: x chosen 1.a/1; y prepare 1.a; z chosen 1.a/1']);
  post.send('all');
  t.deepEqual(sent(), ['c: x chosen 1.a/1']);
  post.send('all');
  t.deepEqual(sent(), [], 'once');
  post.put('b', chosen('z', '1.a/2'), true);
  post.send('urgent');
  t.deepEqual(sent(), [], 'whatever left before it');
});

test('what is cleared never leaves', (t) => {
  const { post, sent } = office();
  post.put('b', prepare('y', '1.a'), false);
  post.clear();
  post.send('all');
  t.deepEqual(sent(), []);
});
