import { FLUSH_GROUP_MS, TICK_MS, ticks } from '../../src/limits.ts';
import type { Actor } from '../../src/paxos/ballot.ts';
import { Driver, type DriverOptions } from '../../src/runtime/driver.ts';
import type { StoreWrite, Transport } from '../../src/runtime/ports.ts';
import { MemoryDisk, MemoryStore } from '../../src/store/memory-store.ts';
import type { Operation } from '../history/operation.ts';
import type { SeededRandom } from '../history/random.ts';
import type { World } from './world.ts';

/** One run of the process: from a start to a crash. */
export interface Life {
  readonly driver: Driver;
  readonly store: MemoryStore;
  readonly operations: Set<Operation>;
  /** A write that failed, but may be on the disk all the same: the next start finds out. */
  doubtful: (() => void) | null;
  hasFailed: boolean;
}

export type DiskFault = 'write error' | 'full' | 'unreadable';

/** What an actor does at which something can be made to happen to it, just then. */
export type Moment = `sends ${string}` | 'begins a flush' | 'ends a flush';

export interface HostOptions extends Pick<DriverOptions, 'minority' | 'hotCounters'> {
  readonly send: (host: Host, life: Life, ...message: Parameters<DriverOptions['transport']['send']>) => void;
  /** The process ended, with these operations of clients under way. */
  readonly ended: (operations: Iterable<Operation>) => void;
  /** How far it has caught up with others is on its disk. */
  readonly remembered: (host: Host) => void;
  /** Others may be able to reach it now, or no longer; `atOnce`: its links are closed. */
  readonly changed: (host: Host, atOnce: boolean) => void;
}

/** Ticks that stand for the commit timeout and the read timeout of production. */
const COMMIT_TIMEOUT = ticks(1_000);
const READ_TIMEOUT = ticks(3_000);

/** The machine of one actor: its process, its clock and its disk, and all that can happen to them. */
export class Host {
  readonly actor: Actor;
  disk: MemoryDisk;
  life: Life | null = null;
  isPaused = false;
  isWiped = false;
  /** Milliseconds that each thing it does may take at the most. */
  slowness = 0;
  /** Milliseconds of its clock per millisecond. */
  clockRate = 1;
  diskFault: DiskFault | null = null;
  /** Of a flush, times that of the climate. */
  diskSlowness = 1;
  readonly #flushGroup: number;
  #ambush: { readonly moment: Moment; readonly spring: () => void } | null = null;
  readonly #world: World;
  readonly #options: HostOptions;
  readonly #dice: { readonly disk: SeededRandom; readonly driver: SeededRandom };
  /** What waits to be done, in order, while it is paused or slow. */
  #mailbox: (() => void)[] = [];
  #isWorking = false;

  constructor(actor: Actor, world: World, options: HostOptions) {
    this.actor = actor;
    this.#world = world;
    this.#options = options;
    this.#dice = { disk: world.die(`disk of ${actor}`), driver: world.die(`driver of ${actor}`) };
    // Runs have few counters: some never wait for others, some for a second one.
    this.#flushGroup = world.die(`flushes of ${actor}`).pick([2, Infinity]);
    this.disk = this.#newDisk('first');
    this.#clock(this.#dice.disk.next() * TICK_MS);
  }

  get isAwake(): boolean {
    return this.life !== null && !this.life.hasFailed && !this.isPaused;
  }

  start(): void {
    if (this.life !== null) return;
    const { membership } = this.disk;
    if (membership === null) throw new Error('the disk has no membership');
    const current = () => (this.life?.store === store ? this.life : null);
    let writing: StoreWrite | null = null;
    const store: MemoryStore = new MemoryStore(this.disk, {
      complete: (finish, fail) => {
        this.#flush(current, this.#finishing(store, writing, finish), fail);
      },
    });
    const [write, load] = [store.write.bind(store), store.load.bind(store)];
    store.write = (records, done) => {
      writing = records;
      write(records, done);
    };
    store.load = (counter) => {
      if (this.diskFault === 'unreadable') throw new Error('cannot read');
      return load(counter);
    };
    const transport: Transport = { send: (to, messages) => this.#send(current(), to, messages) };
    const tracing = this.#world.tracing?.(this.actor, store);
    const driver = new Driver({
      membership,
      store: tracing?.store(store) ?? store,
      transport: tracing?.transport(transport) ?? transport,
      tracing,
      random: this.#dice.driver.next,
      schedule: (run) => this.#world.agenda.after(0, () => this.run(current(), run)),
      delay: (run) => this.#world.agenda.after(FLUSH_GROUP_MS, () => this.run(current(), run)),
      flushGroup: this.#flushGroup,
      commitTimeout: COMMIT_TIMEOUT,
      readTimeout: READ_TIMEOUT,
      failed: () => this.#failed(current()),
      ...this.#options,
    });
    this.life = { driver, store, operations: new Set(), doubtful: null, hasFailed: false };
    this.#world.journal?.note(`${this.actor} starts, incarnation ${store.incarnation}`);
    this.#options.changed(this, false);
  }

  /** All that was not flushed is gone; a flush under way has happened, or not. */
  crash(): void {
    const { life } = this;
    if (life === null) return;
    this.#world.journal?.note(`${this.actor} crashes`);
    this.life = null;
    this.isPaused = false;
    this.#mailbox = [];
    this.#isWorking = false;
    life.store.kill();
    if (life.doubtful !== null && this.#dice.disk.chance(0.5)) life.doubtful();
    this.#options.ended(life.operations);
    this.#options.changed(this, true);
  }

  pause(isPaused: boolean): void {
    if (this.isPaused === isPaused) return;
    this.#world.journal?.note(`${this.actor} ${isPaused ? 'pauses' : 'goes on'}`);
    this.isPaused = isPaused;
    this.#work();
    this.#options.changed(this, false);
  }

  /** Its disk is replaced by an empty one. Those who knew the store that was on it will not let it in. */
  wipe(): void {
    this.crash();
    this.#world.journal?.note(`${this.actor} loses its disk`);
    this.#world.history.strike('disk lost');
    this.isWiped = true;
    this.disk = this.#newDisk('second');
  }

  /** The clock jumps. */
  jump(count: number): void {
    for (let i = 0; i < count && this.isAwake; i += 1) this.life?.driver.tick();
  }

  /** When the actor comes to `moment` next, `spring` happens right there, once. */
  ambush(moment: Moment, spring: () => void): void {
    this.#ambush = { moment, spring };
  }

  comesTo(moment: Moment): void {
    const ambush = this.#ambush;
    if (ambush === null || ambush.moment !== moment) return;
    this.#ambush = null;
    this.#world.history.strike('ambushed');
    this.#world.journal?.note(`${this.actor} ${moment}, and just then:`);
    ambush.spring();
  }

  /** All faults stop. */
  heal(): void {
    this.#ambush = null;
    this.diskFault = null;
    this.diskSlowness = 1;
    this.slowness = 0;
    this.clockRate = 1;
    if (this.life?.hasFailed) this.crash();
    this.pause(false);
    this.start();
  }

  /** Has `life` do something: now, after what waits already, or never if that life is over. */
  run(life: Life | null, act: (life: Life) => void): void {
    if (life === null || this.life !== life) return;
    if (!this.isPaused && this.slowness === 0 && this.#mailbox.length === 0) {
      act(life);
      return;
    }
    this.#mailbox.push(() => act(life));
    this.#work();
  }

  #work(): void {
    const { life } = this;
    if (this.#isWorking || this.isPaused || this.#mailbox.length === 0) return;
    this.#isWorking = true;
    this.#world.agenda.after(this.#dice.disk.next() * this.slowness, () => {
      if (this.life !== life) return;
      this.#isWorking = false;
      if (!this.isPaused) this.#mailbox.shift()?.();
      this.#work();
    });
  }

  #send(life: Life | null, ...message: Parameters<DriverOptions['transport']['send']>): void {
    if (life !== null && !life.hasFailed) this.#options.send(this, life, ...message);
  }

  #failed(life: Life | null): void {
    if (life === null) return;
    this.#world.journal?.note(`the store of ${this.actor} has failed`);
    this.#world.history.strike('store failed');
    life.hasFailed = true;
    this.#options.changed(this, true);
  }

  #flush(current: () => Life | null, finish: () => void, fail: (error: Error) => void): void {
    const { disk: dice } = this.#dice;
    const takes = dice.next() * this.#world.climate.flush * this.diskSlowness;
    if (this.#ambush !== null) this.#world.agenda.after(0, () => this.comesTo('begins a flush'));
    this.#world.agenda.after(takes, () => {
      const life = current();
      // Of a flush under way at a crash nobody hears whether it happened.
      if (life === null) {
        if (dice.chance(0.5)) finish();
        return;
      }
      this.run(life, () => {
        if (this.diskFault === 'write error') life.doubtful = finish;
        if (this.diskFault === 'write error' || this.diskFault === 'full') {
          fail(new Error(this.diskFault));
          return;
        }
        this.comesTo('ends a flush');
        finish();
      });
    });
  }

  #finishing(store: MemoryStore, write: StoreWrite | null, finish: () => void): () => void {
    const { disk } = this;
    return () => {
      // A later life has begun without it.
      if (disk.incarnation !== store.incarnation) return;
      // Seen before it is told: what leaves next may rest on it.
      for (const { counter, register } of write?.counters ?? [])
        this.#world.history.stored(this.actor, counter, register);
      finish();
      if (write?.membership) this.#options.remembered(this);
    };
  }

  /** Ticks come when its clock says so. Those that it was too busy for are lost, as an interval timer's are. */
  #clock(first: number): void {
    this.#world.agenda.after(first, () => {
      if (this.life !== null && !this.isPaused && this.#mailbox.length === 0) this.life.driver.tick();
      this.#clock(TICK_MS / this.clockRate);
    });
  }

  #newDisk(which: string): MemoryDisk {
    const disk = new MemoryDisk(`${which} disk of ${this.actor}`);
    disk.membership = { actors: this.#world.actors, self: this.actor, peers: {} };
    return disk;
  }
}
