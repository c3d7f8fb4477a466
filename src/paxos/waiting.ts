import { type Ballot, compareVotes } from './ballot.ts';
import { type Effect, send } from './effects.ts';
import type { Carry, Shape, VoteOf } from './message.ts';
import type { Machine } from './surroundings.ts';

/** What a proposer has to do: commands that no chosen state counts yet, and reads for the next accept. */
export class Waiting<T extends Shape> {
  readonly #machine: Machine<T>;
  /** One an origin. Stays until a chosen state counts it, whatever becomes of an accept. */
  #commands: T['command'][] = [];
  /** One a reader. */
  #carries: readonly Carry[] = [];

  constructor(machine: Machine<T>) {
    this.#machine = machine;
  }

  get isEmpty(): boolean {
    return this.#commands.length === 0 && this.#carries.length === 0;
  }

  get commands(): readonly T['command'][] {
    return this.#commands;
  }

  get hasCarries(): boolean {
    return this.#carries.length > 0;
  }

  /** One an origin: its latest. */
  submit(command: T['command']): void {
    const origin = this.#machine.origin(command);
    const at = this.#commands.findIndex((other) => this.#machine.origin(other) === origin);
    // Not `[-1]`: V8 would look that up as a name.
    const other = at < 0 ? undefined : this.#commands[at];
    if (other === undefined) this.#commands.push(command);
    else if (this.#machine.isLater(command, other)) this.#commands[at] = command;
  }

  carry(carry: Carry): void {
    this.#carries = withCarry(this.#carries, carry);
  }

  /** Riders of an accept that failed; a later read of the same reader counts more. */
  carryAgain(riders: readonly Carry[]): void {
    this.#carries = this.#carries.reduce(withCarry, riders);
  }

  /** The reads that ride on an accept, which are taken away. */
  takeCarries(): readonly Carry[] {
    const riders = this.#carries;
    this.#carries = [];
    return riders;
  }

  /** Tells the origins of the commands that `chosen` counts, which are done. */
  counted(chosen: VoteOf<T>) {
    const told = [];
    const left = [];
    for (const command of this.#commands) {
      if (this.#machine.counts(chosen.state, command)) {
        const outcome = this.#machine.outcome(chosen.state, command);
        const origin = this.#machine.origin(command);
        if (outcome !== null) told.push(send(origin, { type: 'counted', slot: chosen.slot, outcome }));
      } else left.push(command);
    }
    this.#commands = left;
    return told;
  }

  /** Who sends again what is counted may have missed the mark as well, without which it forgets no record. */
  countedAgain(chosen: VoteOf<T>, mark: VoteOf<T> | null): Effect<T>[] {
    const counted = this.counted(chosen);
    if (mark === null || compareVotes(mark, chosen) < 0) return counted;
    return [...counted, ...counted.map(({ to }) => send(to, { type: 'learn', mark }))];
  }

  /** Sends everything to another holder. */
  handOver(holder: Ballot): Effect<T>[] {
    const commands = this.#commands.map((command) => send(holder.actor, { type: 'submit', holder, command }));
    const carries = this.takeCarries().map((carry) =>
      send(holder.actor, { type: 'carry', holder, ...carry }),
    );
    this.#commands = [];
    return [...commands, ...carries];
  }
}

/** `carry` in the place of an earlier one of its reader. */
export function withCarry(carries: readonly Carry[], carry: Carry): readonly Carry[] {
  return [...carries.filter(({ reader }) => reader !== carry.reader), carry];
}
