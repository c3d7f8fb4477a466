import type { Actor, Vote } from '../paxos/ballot.ts';
import { type Effect, joined } from '../paxos/effects.ts';
import type { Message, Register } from '../paxos/message.ts';
import type { ReadReply } from '../paxos/reader.ts';
import { Replica } from '../paxos/replica.ts';
import { earlier, majorityAlive, type Surroundings } from '../paxos/surroundings.ts';
import { type CounterShape, counterMachine } from './machine.ts';
import { type Backlog, type IncrementReply, type Minority, Origin } from './origin.ts';
import type { CounterState } from './state.ts';

export type CounterInput =
  | { readonly type: 'increment'; readonly request: number; readonly amount: bigint }
  | { readonly type: 'read'; readonly request: number; readonly all: boolean; readonly deadline: number }
  | { readonly type: 'message'; readonly from: Actor; readonly message: Message<CounterShape> }
  /** The end of a turn: what arrived in it leaves as one. */
  | { readonly type: 'turn' }
  /** The alarm is due. */
  | { readonly type: 'tick' }
  /** Some actor is suspected, or no longer. */
  | { readonly type: 'liveness' };

export type CounterReply = IncrementReply | ReadReply<CounterShape>;
export type CounterEffect = Effect<CounterShape, CounterReply>;

/** What of a counter survives a crash now. */
export interface Durable {
  readonly register: Register<CounterShape>;
  readonly backlog: Backlog | null;
}

/** One counter at one actor: a replica of its register, and this actor as an origin of its increments. */
export class Counter {
  readonly #surroundings: Surroundings;
  readonly #replica: Replica<CounterShape>;
  readonly #origin: Origin;

  constructor(
    surroundings: Surroundings & Minority,
    register: Register<CounterShape>,
    backlog: Backlog | null,
    durable: () => Durable,
  ) {
    this.#surroundings = surroundings;
    this.#replica = new Replica(
      counterMachine,
      surroundings,
      register,
      () => this.#origin.watermark(durable().backlog),
      () => durable().register,
    );
    this.#origin = new Origin(surroundings, backlog, this.#replica);
  }

  get register(): Register<CounterShape> {
    return this.#replica.register;
  }

  get backlog(): Backlog | null {
    return this.#origin.backlog;
  }

  get mark(): Vote<CounterState> | null {
    return this.#replica.mark;
  }

  /** The actor that increments are sent to, as far as is known here. */
  get holder(): Actor | null {
    return this.#replica.holder;
  }

  /** Whether something is under way. */
  get isBusy(): boolean {
    const replica = this.#replica;
    return this.#origin.busy || replica.isProposing || replica.isTelling || replica.isReading;
  }

  /**
   * Whether it has to stay in memory. Without a majority the records are enough to go on from; what others have sent
   * here they send again.
   */
  get isPinned(): boolean {
    if (majorityAlive(this.#surroundings)) return this.isBusy;
    return this.#replica.isReading || !this.#origin.isOnRecord;
  }

  get alarm(): number | null {
    return earlier(this.#replica.alarm, this.#origin.alarm);
  }

  step(input: CounterInput): CounterEffect[] {
    switch (input.type) {
      case 'increment':
        return this.#origin.increment(input.request, input.amount);
      case 'read':
        return this.#replica.step(input);
      case 'turn':
        return joined<CounterEffect>(this.#origin.turn(), this.#replica.step(input));
      case 'tick':
        return this.#thenLearn([...this.#origin.tick(), ...this.#replica.tick()]);
      case 'liveness':
        return this.#thenLearn([...this.#origin.liveness(), ...this.#replica.liveness()]);
      case 'message':
        return this.#receive(input.from, input.message);
    }
  }

  #receive(from: Actor, message: Message<CounterShape>): CounterEffect[] {
    switch (message.type) {
      case 'counted':
        return this.#origin.counted(message.outcome, message.slot);
      case 'push':
        return this.#origin.push(from);
      default: {
        const { mark } = this;
        const effects = this.#replica.receive(from, message);
        return this.mark === mark ? effects : this.#thenLearn(effects);
      }
    }
  }

  /** A mark that counts this actor's batch settles it, whoever told. */
  #thenLearn(effects: CounterEffect[]): CounterEffect[] {
    const { mark } = this;
    return mark === null || !this.#origin.busy
      ? effects
      : joined(effects, this.#origin.learn(mark.state, mark.slot));
  }
}
