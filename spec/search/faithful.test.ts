import test from 'ava';
import { Counter } from '../../src/counter/counter.ts';
import { SeededRandom } from '../history/random.ts';
import { type ActorInput, SearchedActor } from './actor.ts';
import { configuration } from './configuration.ts';
import { textOf, write, read as written } from './graph.ts';
import { increment, read } from './scenes.ts';
import { loadRoles, type Roles } from './shipped.ts';
import { SearchedWorld } from './world.ts';

const WALKS = 50;
const STEPS = 60;

const wild = configuration('everything', {
  operations: ['a', 'b', 'c', 'a', 'b', 'c'].flatMap((actor) => [increment(actor), read(actor)]),
  setting: { commitTimeout: 30 },
  crashes: { at: ['a', 'b', 'c'], most: 3 },
  doubles: 3,
  suspicions: { at: ['a', 'b', 'c'], most: 6 },
  alarms: { a: 10, b: 10, c: 10 },
  isLazy: true,
});

/** An actor that is never written down and read again, and what it says. */
class Continuing {
  readonly said: string[] = [];
  readonly actor: SearchedActor;

  constructor(self: string, roles: Roles) {
    this.actor = new SearchedActor(self, wild.actors, roles, wild.setting, {
      sent: (from, to, message) => this.said.push(`${from}>${to} ${textOf(message)}`),
      replied: (request, reply) => this.said.push(`${request} ${textOf(reply)}`),
      durable: (actor, register) => this.said.push(`${actor} ${textOf(register)}`),
    });
  }

  take(input: ActorInput): string {
    this.said.length = 0;
    this.actor.take(input);
    return this.said.join('\n');
  }
}

test('an actor that is written down and read again does as one that goes on, and as one of the text of src', async (t) => {
  const roles = await loadRoles();
  const world = new SearchedWorld(wild, roles);
  let steps = 0;
  for (let seed = 1; seed <= WALKS; seed += 1) {
    const random = new SeededRandom(seed);
    const readable = wild.actors.map((self) => new Continuing(self, roles));
    const shipped = wild.actors.map((self) => new Continuing(self, { Counter }));
    let state = world.first();
    for (let step = 0; step < STEPS; step += 1) {
      const actions = world.actions(state);
      if (actions.length === 0) break;
      const action = random.pick(actions);
      const [one, other] = [readable[action.actor], shipped[action.actor]];
      if (one === undefined || other === undefined) throw new RangeError('there is no such actor');
      const said = one.take(action.input);
      if (other.take(action.input) !== said) return t.fail(`walk ${seed}: src does something else`);
      state = world.take(state, action) ?? state;
      const text = write(one.actor);
      if (world.textOf(state, action.actor) !== text)
        return t.is(world.textOf(state, action.actor), text, `walk ${seed}: ${world.wordsOf(action)}`);
      steps += 1;
    }
  }
  t.true(steps > WALKS * 20, `${steps} steps`);
});

test('what is read is what was written', async (t) => {
  const roles = await loadRoles();
  const fresh = () => new Continuing('a', roles).actor;
  const one = fresh();
  one.take({ type: 'increment', request: 0, amount: 1n });
  one.take({ type: 'read', request: 1 });
  t.is(write(written(write(one), fresh())), write(one));
});

test('the text tells all private fields of the roles', async (t) => {
  const roles = await loadRoles();
  const text = write(new Continuing('a', roles).actor);
  for (const field of [
    '_phase',
    '_waiting',
    '_carries',
    '_defeats',
    '_rounds',
    '_open',
    '_underWay',
    'highest',
  ])
    t.true(text.includes(`"${field}"`), field);
});

test('what is neither data nor made by a constructor has no text', (t) => {
  t.throws(() => textOf({ when: new Date(0) }), { instanceOf: TypeError });
  t.throws(() => textOf({ at: Number.NaN }), { instanceOf: TypeError });
  t.throws(() => textOf([() => 0]), { instanceOf: TypeError });
});
