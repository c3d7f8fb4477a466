import {
  CATCH_UP_AT_EASE,
  CATCH_UP_EVERY,
  CATCH_UP_PATIENCE,
  CATCH_UP_PAUSE,
  CHANGES_A_PAGE,
  MARK_FLUSH_AFTER,
} from '../limits.ts';
import { type Actor, compareVotes, type VoteId } from '../paxos/ballot.ts';
import type { Membership, PeerMemory, PeerMessage, Store } from './ports.ts';

type Changed = PeerMessage & { readonly type: 'changed' };

export interface CatchUpOptions {
  readonly membership: Membership;
  readonly store: Store;
  readonly alive: ReadonlySet<Actor>;
  send(to: Actor, message: PeerMessage): void;
  /** Makes durable, after or with all marks that were learned before. */
  remember(membership: Membership, when: 'now' | 'later'): void;
  /** Has all marks known by now written, and so among the changes. */
  hurry(): void;
  /** Runs `run` when all marks known by now are durable, and so among the changes. Costs a flush of every one that is not. */
  whenDurable(run: () => void): void;
  /** That vote is chosen, says `from`. */
  notice(from: Actor, counter: string, mark: VoteId): void;
  mark(counter: string): VoteId | null;
  /** A peer is told the changes up to `number`. */
  told(number: number): void;
}

/** A page whose states are being fetched. */
interface Page {
  readonly identity: string;
  readonly until: number;
  readonly more: boolean;
  readonly missing: Map<string, VoteId>;
  ticksLeft: number;
}

/**
 * Learns what was chosen while a link was down, or between actors that this one cannot reach: asks "what changed since
 * N" when a link comes up, and now and then. The answer is a page of chosen notices; a page is done when the marks are. Who was
 * cut off turns page after page; who asks now and then, with pauses, since what it hears then it mostly knows.
 */
export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #peers: Map<Actor, PeerMemory>;
  readonly #pages = new Map<Actor, Page>();
  /** Those that have not asked since their link is up. */
  readonly #returned = new Set<Actor>();
  /** Those that have not told everything since their link is up. */
  readonly #untold = new Set<Actor>();
  /** Those that had more to tell than the page they were asked for now and then. */
  readonly #unfinished = new Set<Actor>();
  #ticksSinceAsked = 0;
  /** Ticks until all marks are hurried; 0 if they are not. */
  #hurryIn = 0;
  /** How many it has asked now and then. */
  #asked = 0;

  constructor(options: CatchUpOptions) {
    this.#options = options;
    this.#peers = new Map(Object.entries(options.membership.peers));
  }

  /** The identity of the store that `actor` has been known by; null if it is not known yet. */
  identityOf(actor: Actor): string | null {
    return this.#peers.get(actor)?.identity ?? null;
  }

  linkUp(actor: Actor, identity: string): void {
    this.#returned.add(actor);
    this.#untold.add(actor);
    // What came of it since its link was lost, late.
    this.#pages.delete(actor);
    // At once: who has voted and loses its disk must be known by it.
    if (this.identityOf(actor) !== identity) this.#remember(actor, { identity, since: 0 }, 'now');
    this.#ask(actor);
  }

  linkDown(actor: Actor): void {
    this.#giveUp(actor);
    this.#unfinished.delete(actor);
    // What it would have told the others is here, perhaps, and nowhere else: they will ask for it. Once for many links.
    this.#hurryIn ||= MARK_FLUSH_AFTER;
  }

  receive(from: Actor, message: Exclude<PeerMessage, { type: 'counter' }>): void {
    if (message.type === 'changed') {
      this.#changed(from, message);
      return;
    }
    const since = message.identity === this.#options.store.identity ? message.since : 0;
    // Who was cut off is told everything; who asks now and then, what happens to be durable.
    if (this.#returned.delete(from)) this.#options.whenDurable(() => this.#answer(from, since));
    else this.#answer(from, since);
  }

  tick(): void {
    for (const [actor, page] of this.#pages) {
      page.ticksLeft -= 1;
      if (page.ticksLeft > 0) this.#review(actor, page);
      else {
        this.#giveUp(actor);
        this.#ask(actor);
      }
    }
    if (this.#hurryIn > 0 && --this.#hurryIn === 0) this.#options.hurry();
    this.#ticksSinceAsked += 1;
    if (this.#ticksSinceAsked < this.#pause) return;
    this.#ticksSinceAsked = 0;
    const next = this.#next();
    if (next !== undefined && !this.#pages.has(next)) this.#ask(next);
  }

  /** All actors can be reached: then who proposes has told everybody what was chosen, unless that was lost. */
  get #isAtEase(): boolean {
    return this.#options.alive.size === this.#options.membership.actors.length;
  }

  /** Ticks between two questions now and then. */
  get #pause(): number {
    if (!this.#isAtEase) return CATCH_UP_EVERY;
    if (this.#unfinished.size > 0) return CATCH_UP_PAUSE;
    return this.#untold.size > 0 ? CATCH_UP_EVERY : CATCH_UP_AT_EASE;
  }

  /** Who has more to tell, else who has not answered since its link is up, else the live actors in turn. */
  #next(): Actor | undefined {
    const { alive, membership } = this.#options;
    const [unfinished] = this.#unfinished;
    if (unfinished !== undefined) {
      this.#unfinished.delete(unfinished);
      return unfinished;
    }
    const untold = [...this.#untold].find((actor) => alive.has(actor) && !this.#pages.has(actor));
    if (untold !== undefined) return untold;
    const others = membership.actors.filter((actor) => actor !== membership.self && alive.has(actor));
    this.#asked += 1;
    return others[this.#asked % others.length];
  }

  #ask(actor: Actor): void {
    const memory = this.#peers.get(actor);
    if (memory !== undefined) this.#options.send(actor, { type: 'changes', ...memory });
  }

  #answer(to: Actor, since: number): void {
    const { store } = this.#options;
    const page = store.changes(since, CHANGES_A_PAGE);
    const until = page.at(-1)?.number ?? since;
    const more = until < store.lastChange();
    // Marks of the moment: a write under way may give a number that nobody knows yet to a later change.
    const changes = page.flatMap(({ counter }) => {
      const mark = this.#options.mark(counter);
      return mark === null ? [] : [{ counter, mark: { ballot: mark.ballot, slot: mark.slot } }];
    });
    this.#options.told(until);
    this.#options.send(to, { type: 'changed', identity: store.identity, since, until, more, changes });
  }

  #changed(from: Actor, { identity, since, until, more, changes }: Changed): void {
    // It answers an earlier life, which knew more and may not have had it durably.
    if (since > (this.#peers.get(from)?.since ?? 0)) return;
    const missing = new Map<string, VoteId>();
    for (const { counter, mark } of changes) {
      if (this.#knows(counter, mark)) continue;
      missing.set(counter, mark);
      if (!this.#isFetched(counter, mark)) this.#options.notice(from, counter, mark);
    }
    const page = { identity, until, more, missing, ticksLeft: CATCH_UP_PATIENCE };
    this.#pages.set(from, page);
    this.#review(from, page);
  }

  /** After a cut, several peers tell of the same marks: the first is asked for the state. */
  #isFetched(counter: string, mark: VoteId): boolean {
    const isOf = ({ missing }: Page) => compareVotes(missing.get(counter) ?? null, mark) >= 0;
    return [...this.#pages.values()].some(isOf);
  }

  /** Its states do not come: others that told of them are asked in its place. */
  #giveUp(actor: Actor): void {
    const lost = this.#pages.get(actor);
    if (lost === undefined) return;
    this.#pages.delete(actor);
    for (const [peer, { missing }] of this.#pages) {
      for (const [counter, mark] of missing) {
        if (lost.missing.has(counter)) this.#options.notice(peer, counter, mark);
      }
    }
  }

  /** Goes on when all of the page is known here; what was not learned in time is asked for again. */
  #review(from: Actor, page: Page): void {
    for (const [counter, mark] of page.missing) if (this.#knows(counter, mark)) page.missing.delete(counter);
    if (page.missing.size > 0) return;
    this.#pages.delete(from);
    const memory = this.#peers.get(from);
    if (memory?.identity !== page.identity) return;
    if (memory.since !== page.until) {
      this.#remember(from, { identity: page.identity, since: page.until }, 'later');
    }
    if (!page.more) this.#untold.delete(from);
    else if (this.#untold.has(from) || !this.#isAtEase) this.#ask(from);
    else this.#unfinished.add(from);
  }

  #knows(counter: string, mark: VoteId): boolean {
    return compareVotes(this.#options.mark(counter), mark) >= 0;
  }

  #remember(actor: Actor, memory: PeerMemory, when: 'now' | 'later'): void {
    this.#peers.set(actor, memory);
    this.#options.remember({ ...this.#options.membership, peers: Object.fromEntries(this.#peers) }, when);
  }
}
