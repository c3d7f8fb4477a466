import test from 'ava';
import fc from 'fast-check';
import { holds } from '../paxos/properties.ts';
import { Bench, type InFlight } from '../transcripts/bench.ts';
import { Witness } from './witness.ts';

const ACTORS = ['a', 'b', 'c'];

const actor = fc.constantFrom(...ACTORS);
/** Taken modulo what there is to pick from. */
const pick = fc.nat(1_000);
const ticks = fc.constantFrom(1, 20, 110);

const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ name: fc.constant('increment' as const), actor }) },
  { weight: 2, arbitrary: fc.record({ name: fc.constant('read' as const), actor }) },
  { weight: 12, arbitrary: fc.record({ name: fc.constant('flush' as const), actor }) },
  { weight: 40, arbitrary: fc.record({ name: fc.constant('deliver' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ name: fc.constant('drop' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ name: fc.constant('duplicate' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ name: fc.constant('tick' as const), ticks }) },
  { weight: 1, arbitrary: fc.record({ name: fc.constant('cut' as const), actor, other: actor }) },
  { weight: 5, arbitrary: fc.record({ name: fc.constant('mend' as const), actor, other: actor }) },
  { weight: 1, arbitrary: fc.record({ name: fc.constant('crash' as const), actor }) },
  { weight: 4, arbitrary: fc.record({ name: fc.constant('restart' as const), actor }) },
);

type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** Does nothing where it cannot be done: at an actor that is down, to a message that is not there. */
function perform(bench: Bench, witness: Witness, command: Command): void {
  const isRunning = 'actor' in command && bench.isRunning(command.actor);
  const one = (index: number): InFlight[] => {
    const message = bench.inFlight[index % bench.inFlight.length];
    return message === undefined ? [] : [message];
  };
  switch (command.name) {
    case 'increment': {
      const amount = witness.nextAmount();
      if (!isRunning) break;
      witness.asked(bench.nextRequest, amount);
      bench.increment(command.actor, [amount]);
      break;
    }
    case 'read':
      if (!isRunning) break;
      witness.asked(bench.nextRequest, 0n);
      bench.read(command.actor, false);
      break;
    case 'flush':
    case 'crash':
      if (isRunning) bench[command.name](command.actor);
      break;
    case 'restart':
      if (!isRunning) bench.restart(command.actor);
      break;
    case 'deliver':
    case 'drop':
    case 'duplicate':
      bench[command.name](one(command.pick));
      break;
    case 'tick':
      bench.tick(command.ticks);
      break;
    case 'cut':
    case 'mend':
      if (command.actor !== command.other) bench[command.name](command.actor, command.other);
  }
}

test('P2: whatever happens, chosen states form one chain, which every higher vote carries on', (t) => {
  const most = { chosen: 0, ballots: 0, counted: 0, read: 0, recorded: 0 };
  const commands = fc.array(command, { minLength: 100, maxLength: 500, size: 'max' });
  holds(
    fc.property(commands, (each) => {
      const witness = new Witness(ACTORS.length);
      const bench = new Bench(ACTORS, { minority: 'accept', note: () => {}, left: witness.left });
      for (const one of each) perform(bench, witness, one);
      const chosen = [...witness.chosen.values()];
      const ballots = new Set(chosen.map(({ ballot }) => `${ballot.round}.${ballot.actor}`)).size;
      most.chosen = Math.max(most.chosen, chosen.length);
      most.ballots = Math.max(most.ballots, ballots);
      for (const { type } of witness.answers.values()) if (type in most) most[type as keyof typeof most] += 1;
    }),
    1_500,
  );
  t.log(most);
  t.true(most.chosen >= 10 && most.ballots >= 4, 'a run that chose nothing shows nothing');
  t.true(most.counted > 1_000 && most.read > 500 && most.recorded > 500);
});
