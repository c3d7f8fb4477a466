import test from 'ava';
import { MAX_PEER_ANSWER } from '../../src/limits.ts';
import { createInquiries } from '../../src/transport/inquiry.ts';
import { startActor } from './actors.ts';
import { serve } from './raw.ts';

test('an answer is taken as it is, if it is not longer than one of a peer can be', async (t) => {
  const inquiries = createInquiries();
  const answers = [
    'nonce',
    'x'.repeat(MAX_PEER_ANSWER),
    'x'.repeat(MAX_PEER_ANSWER + 1),
    'x'.repeat(5_000_000),
  ];
  const stub = await serve('127.0.0.1', {
    asked(request, response) {
      response.end(answers[Number(request.url?.slice(1))]);
    },
  });
  const lengths: (number | null)[] = [];
  for (const index of answers.keys()) {
    lengths.push((await inquiries.inquire(stub.actor, `/${index}`))?.body.length ?? null);
  }
  t.deepEqual(lengths, [5, MAX_PEER_ANSWER, null, null]);
  await inquiries.close();
  stub.close();
});

test('HEAD is answered as GET is, without the body', async (t) => {
  const { actor, kill } = await startActor('127.0.0.1');
  const reply = await fetch(`http://${actor}/peer/nonce`, { method: 'HEAD' });
  t.is(reply.status, 200);
  t.is(reply.headers.get('content-length'), `${'nonce of 127.0.0.1'.length}`);
  await kill();
});
