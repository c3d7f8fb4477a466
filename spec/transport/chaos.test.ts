import test from 'ava';
import fc from 'fast-check';
import { actorEndpoint } from '../../src/actors.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { linked, startActor, type TestActor, tick, turn } from './actors.ts';
import { type Cable, type RawServer, startProxy } from './raw.ts';

interface Reached {
  readonly actor: TestActor;
  readonly proxy: Cable & RawServer;
}

/** An actor that its peers reach through a proxy. */
async function reached(host: string): Promise<Reached> {
  const [proxy, inner] = await Promise.all([startProxy(host), startActor(host)]);
  proxy.target = actorEndpoint(inner.actor);
  return { actor: { ...inner, actor: proxy.actor }, proxy };
}

const which = fc.nat(2);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant<'turns'>('turns'), times: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant<'tick'>('tick'), times: fc.integer({ min: 1, max: 8 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant<'send'>('send'), which, bytes: fc.nat(200_000) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant<'destroy'>('destroy'), which, socket: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant<'reset'>('reset'), which, socket: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant<'cut'>('cut'), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant<'drop'>('drop'), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant<'silence'>('silence') }) },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function perform(step: Step, all: readonly Reached[]): Promise<void> {
  const actors = all.map(({ actor }) => actor);
  const chosen = 'which' in step ? all[step.which] : undefined;
  switch (step.kind) {
    case 'turns':
      for (let time = 0; time < step.times; time += 1) await turn();
      return;
    case 'tick':
      tick(step.times, ...actors);
      return;
    case 'send': {
      const message: PeerMessage = {
        type: 'changed',
        since: 0,
        identity: 'x'.repeat(500),
        until: 1,
        more: false,
        changes: [],
      };
      const messages = Array(Math.ceil(step.bytes / 500)).fill(message);
      for (const { actor } of actors) chosen?.actor.links.send(actor, messages);
      return;
    }
    case 'destroy':
    case 'reset': {
      const socket = [...(chosen?.proxy.sockets ?? [])][step.socket];
      if (step.kind === 'reset') socket?.resetAndDestroy();
      else socket?.destroy();
      return;
    }
    case 'cut':
      chosen?.proxy.cut('both');
      return;
    case 'drop':
      chosen?.actor.cut();
      return;
    case 'silence':
      tick(50, ...actors);
      return;
    default: {
      const missing: never = step;
      throw new Error(`no step: ${String(missing)}`);
    }
  }
}

/** Up and down by turns for each peer, beginning with up; messages only while it is up. */
function consistent({ happened, links }: TestActor): boolean {
  const up = new Set<string>();
  for (const { kind, peer } of happened) {
    if (kind === 'up' && up.has(peer)) return false;
    if (kind !== 'up' && !up.has(peer)) return false;
    if (kind === 'up') up.add(peer);
    if (kind === 'down') up.delete(peer);
  }
  return [...links.alive()].every((peer) => up.has(peer)) && links.alive().size === up.size;
}

test('whatever is cut and when: nothing breaks, and when it ends all are linked again', async (t) => {
  const all = await Promise.all(['127.0.0.1', '127.0.0.2', '127.0.0.3'].map(reached));
  const actors = all.map(({ actor }) => actor);
  const names = actors.map(({ actor }) => actor);
  for (const { links, actor } of actors) {
    links.configure({ self: actor, actors: names, incarnation: 1, identity: actor });
  }
  let downs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      for (const each of steps) await perform(each, all);
      await linked(...actors);
      downs += actors.flatMap(({ happened }) => happened.filter(({ kind }) => kind === 'down')).length;
      const fine = actors.every(consistent);
      for (const { happened, links } of actors) {
        const ups = [...links.alive()].map((peer) =>
          happened.findLast((each) => each.kind === 'up' && each.peer === peer),
        );
        happened.splice(0, happened.length, ...ups.flatMap((each) => each ?? []));
      }
      return fine;
    }),
    { numRuns: 60, endOnFailure: true },
  );
  t.true(downs > 50, `only ${downs} links were cut`);
  t.deepEqual(
    actors.flatMap(({ failures }) => failures.filter(({ path }) => path?.startsWith('/peer/'))),
    [],
  );
  await Promise.all(actors.map((each) => each.kill()));
  for (const { proxy } of all) proxy.close();
});
