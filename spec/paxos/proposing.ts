/** A proposer of notes by itself: what it is told is written out, what it wants is lines. */
import { highestBallot, type Vote } from '../../src/paxos/ballot.ts';
import { Proposer, type ProposerInput } from '../../src/paxos/proposer.ts';
import type { Known } from '../../src/paxos/surroundings.ts';
import { ballot, lines, type Note, type Notes, note, notes, vote, type World, worldOf } from './notes.ts';

export class Proposing {
  readonly world: World;
  readonly known: Known<Notes> & { mark: Vote<readonly Note[]> | null } = { highest: null, mark: null };
  readonly proposer: Proposer<Notes>;

  constructor(...[self = 'a', ...others]: string[]) {
    this.world = worldOf(self, self, ...others);
    this.proposer = new Proposer(notes, this.world, this.known);
  }

  /** What the replica does with every ballot that it meets. */
  see(name: string): void {
    this.known.highest = highestBallot(this.known.highest, ballot(name));
  }

  submit(text: string): string[] {
    return this.#step({ type: 'command', command: note(text) });
  }

  /** `highest`: what the read heard of. */
  carry(reader: string, sequence: number, highest = '9.z/9'): string[] {
    const { ballot, slot } = vote(highest);
    return this.#step({
      type: 'carry',
      reader,
      round: { incarnation: 1, sequence },
      highest: { ballot, slot },
    });
  }

  promise(from: string, name: string, own: string | null = null, mark: string | null = null): string[] {
    const read = (text: string | null): Vote<readonly Note[]> | null => (text === null ? null : vote(text));
    return this.#step({ type: 'promise', from, ballot: ballot(name), vote: read(own), mark: read(mark) });
  }

  accepted(from: string, id: string): string[] {
    const { ballot, slot } = vote(id);
    return this.#step({ type: 'accepted', from, ballot, slot });
  }

  nack(name: string, promised: string): string[] {
    this.see(promised);
    return this.#step({ type: 'nack', ballot: ballot(name), promised: ballot(promised) });
  }

  tickAt(now: number): string[] {
    this.world.now = now;
    return this.#step({ type: 'tick' });
  }

  liveness(...alive: string[]): string[] {
    this.world.alive = new Set(alive);
    return this.#step({ type: 'liveness' });
  }

  /** Holds the counter in ballot 1.a: with the first of its notes accepted by all, if it is given. */
  static holding(text: string | null, ...actors: string[]): Proposing {
    const proposing = new Proposing('a', ...actors);
    proposing.submit(text ?? 'z1');
    for (const actor of ['a', ...actors]) proposing.promise(actor, '1.a');
    if (text !== null) for (const actor of ['a', ...actors]) proposing.accepted(actor, '1.a/1');
    return proposing;
  }

  #step(input: ProposerInput<Notes>): string[] {
    return lines(this.proposer.step(input));
  }
}
