import type { CounterState } from '../counter/state.ts';
import type { Actor, Vote } from '../paxos/ballot.ts';
import type { Entry } from './counters.ts';
import type { Leaving } from './flushes.ts';
import type { Backlog, CounterRegister, Store, StoreWrite, Transport } from './ports.ts';
import {
  amountText,
  ballotText,
  batchText,
  type CounterEvent,
  idText,
  numberText,
  type RecordsText,
  type RegisterText,
  type Tracer,
  voteText,
} from './trace.ts';

type Sent = Extract<Leaving, { type: 'send' }>;
type Replied = Extract<Leaving, { type: 'reply' }>;

/**
 * Turns what a driver carries out into the events of a trace. The roles know nothing of it; all it adds to what leaves is
 * the order: what was noted is flushed before a frame, a write or an answer can be seen.
 */
export class Tracing {
  readonly #tracer: Tracer;
  readonly #self: Actor;
  /** A client is told something when the turn is over. */
  #hasAnswered = false;
  /** The mark of each counter in memory that was noted last. */
  readonly #marks = new WeakMap<Entry, Vote<CounterState> | null>();

  constructor(tracer: Tracer, self: Actor) {
    this.#tracer = tracer;
    this.#self = self;
  }

  /** The same store; what it reads and writes is noted. */
  store(store: Store): Store {
    return {
      identity: store.identity,
      incarnation: store.incarnation,
      membership: store.membership,
      lastChange: () => store.lastChange(),
      holdsCounters: () => store.holdsCounters(),
      mark: (counter) => store.mark(counter),
      changes: (since, limit) => store.changes(since, limit),
      backlogs: (after, limit) => store.backlogs(after, limit),
      close: () => store.close(),
      load: (counter) => {
        const stored = store.load(counter);
        this.#tracer.note(counter, {
          event: 'loaded',
          ...registerText(stored?.register ?? { promise: null, vote: null, mark: null }),
          ...recordsText(stored?.backlog ?? null),
        });
        return stored;
      },
      write: (write, done) => {
        const counters = this.#writing(write);
        this.#tracer.flush();
        store.write(write, (error) => {
          if (error === null)
            for (const counter of counters) this.#tracer.note(counter, { event: 'flushed' });
          done(error);
        });
      },
    };
  }

  /** The same transport; all that was noted survives before it sends. */
  transport(transport: Transport): Transport {
    return {
      send: (to, messages) => {
        this.#tracer.flush();
        transport.send(to, messages);
      },
    };
  }

  link(event: 'link up' | 'link down', peer: Actor): void {
    this.#tracer.note(null, { event, peer });
  }

  failed(error: Error): void {
    this.#tracer.note(null, { event: 'failed', reason: error.message });
    this.#tracer.flush();
  }

  /** A step was made; nothing of it has left yet. */
  stepped(entry: Entry): void {
    const { mark } = entry.counter;
    const known = this.#marks.get(entry) ?? null;
    if (mark === known) return;
    this.#marks.set(entry, mark);
    // A counter comes with its mark from the store.
    if (mark !== null && (known !== null || mark !== entry.durable.register.mark)) {
      this.#tracer.note(entry.name, { event: 'marked', vote: voteText(mark) });
    }
  }

  left(entry: Entry, effect: Leaving): void {
    if (effect.type === 'send') this.#sent(entry, effect);
    else this.#replied(entry.name, effect);
  }

  shown(counter: string, vote: Vote<CounterState> | null): void {
    const total = amountText(vote?.state.total ?? 0n);
    this.#tracer.note(counter, { event: 'shown', vote: nullable(vote, voteText), total });
    this.#tracer.flush();
  }

  /** The turn is over: answers leave. Frames and writes see to themselves. */
  turn(): void {
    if (this.#hasAnswered) this.#tracer.flush();
    this.#hasAnswered = false;
  }

  #sent(entry: Entry, effect: Sent): void {
    const { to, message, grounds } = effect;
    const note = (event: CounterEvent) => this.#tracer.note(entry.name, event);
    switch (message.type) {
      case 'promise': {
        const { ballot, vote, mark } = message;
        const votes = { vote: nullable(vote, voteText), mark: nullable(mark, voteText) };
        note({ event: 'promise', to, ballot: ballotText(ballot), ...votes });
        break;
      }
      case 'accepted': {
        const { vote } = entry.counter.register;
        const id = idText(message);
        note({ event: 'accepted', to, vote: vote !== null && idText(vote) === id ? voteText(vote) : id });
        break;
      }
      case 'nack':
        note({
          event: 'nack',
          to,
          ballot: ballotText(message.ballot),
          promised: ballotText(message.promised),
        });
        break;
      case 'counted': {
        const { number, total } = message.outcome;
        const outcome = { batch: numberText(number), total: amountText(total), slot: message.slot };
        note({ event: 'counted', to, ...outcome });
        break;
      }
      case 'carried':
        note({ event: 'carried', to, round: numberText(message.round), vote: voteText(message.vote) });
        break;
      case 'answer': {
        const { round, promised, vote, mark, watermark } = message;
        note({
          event: 'read answered',
          to,
          round: numberText(round),
          promised: nullable(promised, ballotText),
          vote: nullable(vote, voteText),
          mark: nullable(mark, idText),
          watermark: nullable(watermark, numberText),
        });
        break;
      }
      default:
        if (message.type === 'submit') {
          const { origin } = message.command;
          const batch = batchText(message.command);
          if (grounds?.type === 'submit') note({ event: 'sealed', batch });
          if (to !== this.#self) note({ event: 'submit', to, origin, batch });
        } else if (to === this.#self) this.#sentToSelf(effect, note);
        else if (message.type === 'learn') note({ event: 'learn', to, vote: voteText(message.mark) });
    }
  }

  /** What a role sends to all goes to its own actor, too, and says why. */
  #sentToSelf({ message, grounds }: Sent, note: (event: CounterEvent) => void): void {
    if (message.type === 'prepare') {
      note({ event: 'prepare', ballot: ballotText(message.ballot) });
    } else if (message.type === 'accept' && grounds?.type === 'accept') {
      const { vote } = message;
      const { promised, commands } = grounds;
      const base = nullable(grounds.base, idText);
      if (promised !== null) note({ event: 'elected', ballot: ballotText(vote.ballot), promised, base });
      const batches = commands.map((command) => `${command.origin} ${batchText(command)}`);
      note({ event: 'accept', vote: voteText(vote), base, batches, total: amountText(vote.state.total) });
    } else if (message.type === 'learn' && grounds?.type === 'chosen') {
      note({ event: 'chosen', vote: voteText(message.mark), accepted: grounds.accepted });
    } else if (message.type === 'ask' && grounds?.type === 'ask') {
      const [round, asked] = [numberText(grounds.began), numberText(message.round)];
      note({ event: 'read begun', round, asked, reads: grounds.reads });
    }
  }

  #replied(counter: string, { reply }: Replied): void {
    this.#hasAnswered = true;
    const note = (event: CounterEvent) => this.#tracer.note(counter, event);
    switch (reply.type) {
      case 'counted': {
        const { value, slot } = reply;
        note({ event: 'answered', status: 200, batch: batchText(reply), value: amountText(value), slot });
        break;
      }
      case 'recorded':
      case 'unknown':
        note({
          event: 'answered',
          status: reply.type === 'recorded' ? 202 : 504,
          batch: batchText(reply),
        });
        break;
      case 'refused':
        note({ event: 'answered', status: 503, batch: null });
        break;
      case 'read':
      case 'no majority': {
        const vote = reply.type === 'read' ? reply.vote : null;
        note({
          event: 'read finished',
          status: reply.type === 'read' ? 200 : 503,
          round: nullable(reply.began, numberText),
          vote: nullable(vote, voteText),
          total: amountText(vote?.state.total ?? 0n),
          unheard: reply.unheard,
        });
      }
    }
  }

  #writing({ counters, backlogs }: StoreWrite): Iterable<string> {
    const written = new Map<string, Partial<RegisterText> & Partial<RecordsText>>();
    for (const { counter, register } of counters) written.set(counter, registerText(register));
    for (const { counter, backlog } of backlogs) {
      written.set(counter, { ...written.get(counter), ...recordsText(backlog) });
    }
    for (const [counter, fields] of written) this.#tracer.note(counter, { event: 'writing', ...fields });
    return written.keys();
  }
}

function registerText({ promise, vote, mark }: CounterRegister): RegisterText {
  return {
    promise: nullable(promise, ballotText),
    vote: nullable(vote, voteText),
    mark: nullable(mark, voteText),
  };
}

function recordsText(backlog: Backlog | null): RecordsText {
  return {
    sealed: nullable(backlog?.sealed ?? null, batchText),
    open: nullable(backlog?.open ?? null, batchText),
  };
}

function nullable<T>(value: T | null, text: (value: T) => string): string | null {
  return value === null ? null : text(value);
}
