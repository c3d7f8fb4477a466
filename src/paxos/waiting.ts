import type { Actor, Ballot } from './ballot.ts';
import { type Effect, send } from './effects.ts';
import type { Carry, Shape, VoteOf } from './message.ts';
import type { Machine } from './surroundings.ts';

/** What a proposer has to do: commands that no chosen state counts yet, and reads for the next accept. */
export class Waiting<T extends Shape> {
  readonly #machine: Machine<T>;
  /** By origin. Stays until a chosen state counts it, whatever becomes of an accept. */
  readonly #commands = new Map<Actor, T['command']>();
  /** By reader. */
  #carries = new Map<Actor, Carry>();

  constructor(machine: Machine<T>) {
    this.#machine = machine;
  }

  get isEmpty(): boolean {
    return this.#commands.size === 0 && this.#carries.size === 0;
  }

  get commands(): T['command'][] {
    return [...this.#commands.values()];
  }

  get hasCarries(): boolean {
    return this.#carries.size > 0;
  }

  /** One per origin: its latest. */
  submit(command: T['command']): void {
    const origin = this.#machine.origin(command);
    const other = this.#commands.get(origin);
    if (other === undefined || this.#machine.isLater(command, other)) this.#commands.set(origin, command);
  }

  carry(carry: Carry): void {
    this.#carries.set(carry.reader, carry);
  }

  /** Riders of an accept that failed; a later read of the same reader counts more. */
  carryAgain(riders: ReadonlyMap<Actor, Carry>): void {
    for (const [reader, rider] of riders) if (!this.#carries.has(reader)) this.#carries.set(reader, rider);
  }

  /** The reads that ride on an accept, which are taken away. */
  takeCarries(): Map<Actor, Carry> {
    const riders = this.#carries;
    this.#carries = new Map();
    return riders;
  }

  /** Tells the origins of the commands that `chosen` counts, which are done. */
  counted(chosen: VoteOf<T>) {
    const told = [];
    for (const [origin, command] of this.#commands) {
      if (!this.#machine.counts(chosen.state, command)) continue;
      this.#commands.delete(origin);
      const outcome = this.#machine.outcome(chosen.state, command);
      if (outcome !== null) told.push(send(origin, { type: 'counted', slot: chosen.slot, outcome }));
    }
    return told;
  }

  /** Sends everything to another holder. */
  handOver(holder: Ballot): Effect<T>[] {
    const commands = this.commands.map((command) => send(holder.actor, { type: 'submit', holder, command }));
    const carries = [...this.takeCarries().values()].map((carry) =>
      send(holder.actor, { type: 'carry', holder, ...carry }),
    );
    this.#commands.clear();
    return [...commands, ...carries];
  }
}
