/** Several drivers whose messages arrive and whose writes finish at once: for what takes many turns. */
import type { Actor } from '../../src/paxos/ballot.ts';
import type { PeerMessage } from '../../src/runtime/ports.ts';
import { MemoryDisk } from '../../src/store/memory-store.ts';
import { Desk, type DeskOptions } from './desk.ts';

export class Office {
  readonly desks = new Map<Actor, Desk>();
  /** What was sent, and lost only if `isLost` says so. */
  readonly sent: { readonly from: Actor; readonly to: Actor; readonly message: PeerMessage }[] = [];
  isLost: (from: Actor, to: Actor, message: PeerMessage) => boolean = () => false;
  readonly #links = new Set<string>();

  /** `disks` of lives before, by actor. */
  constructor(
    actors: readonly Actor[],
    options: Omit<DeskOptions, 'self' | 'actors' | 'disk'> = {},
    disks: Readonly<Record<Actor, MemoryDisk>> = {},
  ) {
    for (const self of actors) {
      const disk = disks[self] ?? new MemoryDisk(`disk of ${self}`);
      this.desks.set(self, new Desk({ ...options, self, actors, disk }));
    }
  }

  desk(actor: Actor): Desk {
    const desk = this.desks.get(actor);
    if (desk === undefined) throw new RangeError(`there is no ${actor}`);
    return desk;
  }

  connect(...pairs: (readonly [Actor, Actor])[]): void {
    for (const [a, b] of pairs) {
      this.#links.add([a, b].sort().join(' '));
      this.desk(a).driver.linkUp(b, this.desk(b).disk.identity);
      this.desk(b).driver.linkUp(a, this.desk(a).disk.identity);
    }
    this.quiet();
  }

  connectAll(): void {
    const actors = [...this.desks.keys()];
    this.connect(...actors.flatMap((a, i) => actors.slice(i + 1).map((b) => [a, b] as const)));
  }

  disconnect(a: Actor, b: Actor): void {
    this.#links.delete([a, b].sort().join(' '));
    this.desk(a).driver.linkDown(b);
    this.desk(b).driver.linkDown(a);
    this.quiet();
  }

  tick(times: number): void {
    for (let i = 0; i < times; i += 1) {
      for (const desk of this.desks.values()) desk.driver.tick();
      this.quiet();
    }
  }

  /** Until nobody has anything left to write or to send. */
  quiet(): void {
    for (let isQuiet = false; !isQuiet; ) {
      isQuiet = true;
      for (const [from, desk] of this.desks) {
        if (desk.isWriting || desk.hasWork) isQuiet = false;
        desk.quiet();
        for (const { to, messages } of desk.frames.splice(0)) {
          isQuiet = false;
          this.#deliver(from, to, messages);
        }
      }
    }
  }

  #deliver(from: Actor, to: Actor, messages: readonly PeerMessage[]): void {
    this.sent.push(...messages.map((message) => ({ from, to, message })));
    if (!this.#links.has([from, to].sort().join(' '))) return;
    const arriving = messages.filter((message) => !this.isLost(from, to, message));
    if (arriving.length > 0) this.desk(to).driver.receive(from, arriving);
  }
}
