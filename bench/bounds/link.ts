import { Origins } from '../../src/counter/state.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { during } from '../during.ts';
import type { Worker } from '../load/measured.ts';
import { endChild, startChild } from './child.ts';
import { linked } from './linked.ts';

const ballot = { round: 1, actor: '127.0.0.1' };
/** An accept of a counter, as the holder sends it. */
const MESSAGE: PeerMessage = {
  type: 'counter',
  counter: 'link',
  message: { type: 'accept', vote: { ballot, slot: 1, state: { total: 1n, origins: new Origins() } } },
};

/** One message there and back, over a link as it is between two actors. */
export async function withLink<T>(use: (roundTrip: Worker) => Promise<T>): Promise<T> {
  let received = () => {};
  let isUp = () => {};
  const up = new Promise<void>((resolve) => {
    isUp = resolve;
  });
  return during(startChild('link-server.ts'), endChild, (child) =>
    during(
      linked({ up: () => isUp(), receive: () => received() }),
      (end) => end.close(),
      async (end) => {
        child.process.send(end.port);
        end.link(child.port);
        await up;
        return use(
          () =>
            new Promise<void>((resolve) => {
              received = resolve;
              end.send([MESSAGE]);
            }),
        );
      },
    ),
  );
}
