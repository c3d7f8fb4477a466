/** The links of one actor to all its peers: which is up, and what goes over it. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type Router from '@koa/router';
import { ActorList } from '../codec/actor-list.ts';
import type { Actor } from '../paxos/ballot.ts';
import type { PeerMessage, Random, Transport } from '../runtime/ports.ts';
import { type Host, Reception } from './accept.ts';
import type { Channel } from './channel.ts';
import { Dialer } from './dialer.ts';
import { dials, type Hello, LINK_PROTOCOL, type Settings } from './hello.ts';
import { createInquiries } from './inquiry.ts';
import { type Clock, Link, type Log } from './link.ts';
import { type Pace, paceOf } from './pace.ts';
import { addPeerRoutes } from './peer-routes.ts';
import { Teacher } from './teacher.ts';

export interface LinksListener {
  up(peer: Actor, hello: Hello): void;
  down(peer: Actor, reason: string): void;
  receive(from: Actor, messages: readonly PeerMessage[]): void;
  /** Null, or why there can be no link with who said that: one line for a person. Asked before each `up`, by both sides. */
  admit(hello: Hello): string | null;
}

export interface LinksOptions {
  readonly log: Log;
  readonly clock?: Clock | undefined;
  readonly random: Random;
  /** Random, drawn at the start of this process. */
  readonly nonce: string;
  readonly listener: LinksListener;
}

export interface Links extends Transport {
  /** Begins to link; what was configured otherwise before is given up. */
  configure(settings: Settings): void;
  /** To be called every TICK_MS. */
  tick(): void;
  /** The peers whose links are up. */
  alive(): ReadonlySet<Actor>;
  /** Which of the actors are this process: asks each for its nonce. */
  whoAmI(actors: readonly Actor[]): Promise<Actor[]>;
  /** Those of /peer/… */
  addRoutes(router: Router): void;
  /** Whether that request asks for its connection to become a link (RFC 9110, section 7.8). */
  isCall(request: IncomingMessage): boolean;
  /** Makes it one, or refuses it. `early`: bytes that came behind the head of the request. */
  accept(request: IncomingMessage, socket: Duplex, early: Buffer): void;
  /** Cuts all links and requests; nothing of them keeps the process alive. */
  close(): Promise<void>;
}

interface Peer {
  readonly actor: Actor;
  link: Link | null;
  /** Null if the peer is the one that dials. */
  dialer: Dialer | null;
}

/** What all links of one membership have in common. */
interface Shared {
  readonly actors: ActorList;
  readonly pace: Pace;
}

/** What there is once the actor is configured. */
interface Membership extends Shared {
  readonly settings: Settings;
  readonly peers: ReadonlyMap<Actor, Peer>;
  readonly teacher: Teacher;
}

export function createLinks({ log, clock, random, nonce, listener }: LinksOptions): Links {
  const inquiries = createInquiries();
  const alive = new Set<Actor>();
  let membership: Membership | null = null;
  let closed = false;

  function admit(hello: Hello) {
    const reason = listener.admit(hello);
    return reason === null ? null : { status: 409, reason };
  }

  function establish(peer: Peer, { actors, pace }: Shared, channel: Channel, hello: Hello): void {
    const { actor } = peer;
    peer.link?.close('replaced by a new link');
    const link = new Link({
      peer: actor,
      actors,
      channel,
      pace,
      log,
      clock,
      receive: (messages) => listener.receive(actor, messages),
      closed: (reason) => {
        peer.link = null;
        alive.delete(actor);
        log('info', 'link down', { peer: actor, reason });
        peer.dialer?.lost();
        listener.down(actor, reason);
      },
    });
    peer.link = link;
    alive.add(actor);
    log('info', 'link up', { peer: actor, incarnation: hello.incarnation });
    listener.up(actor, hello);
  }

  function join(settings: Settings): Membership {
    const pace = paceOf(settings.actors.length);
    const actors = new ActorList(settings.actors);
    const others = settings.actors.filter((actor) => actor !== settings.self);
    const { inquire } = inquiries;
    const teacher = new Teacher({ actors: settings.actors, peers: others, pace, log, inquire });
    const peers = new Map<Actor, Peer>();
    for (const actor of others) {
      const peer: Peer = { actor, link: null, dialer: null };
      peers.set(actor, peer);
      if (!dials(settings.self, actor)) continue;
      peer.dialer = new Dialer({
        settings,
        peer: actor,
        pace,
        random,
        log,
        admit,
        established: (channel, hello) => establish(peer, { actors, pace }, channel, hello),
        unconfigured: () => teacher.unconfigured(actor),
      });
    }
    return { settings, actors, pace, peers, teacher };
  }

  function leave(reason: string): void {
    reception.close(reason);
    if (membership === null) return;
    const { peers } = membership;
    membership = null;
    for (const { dialer } of peers.values()) dialer?.stop();
    for (const { link } of peers.values()) link?.close(reason);
  }

  function host(): Host | null {
    if (membership === null) return null;
    const { settings, actors, pace, peers } = membership;
    return {
      settings,
      handshake: pace.handshake,
      admit,
      established(actor, channel, hello) {
        const peer = peers.get(actor);
        if (peer !== undefined) establish(peer, { actors, pace }, channel, hello);
      },
    };
  }

  const reception = new Reception(host);

  return {
    addRoutes: (router) => addPeerRoutes(router, nonce),
    isCall: ({ url, headers }) => url === '/peer/link' && headers.upgrade === LINK_PROTOCOL,
    accept(request, socket, early) {
      if (closed) socket.destroy();
      else reception.accept(request, socket, early);
    },
    alive: () => alive,
    configure(settings) {
      if (closed || (membership !== null && same(membership.settings, settings))) return;
      leave('configured anew');
      membership = join(settings);
    },
    send(to, messages) {
      membership?.peers.get(to)?.link?.send(messages);
    },
    tick() {
      reception.tick();
      if (membership === null) return;
      const { peers, teacher } = membership;
      for (const { link, dialer } of peers.values()) {
        link?.tick();
        dialer?.tick();
      }
      teacher.tick(alive);
    },
    async whoAmI(actors) {
      const answers = await Promise.all(actors.map((actor) => inquiries.inquire(actor, '/peer/nonce')));
      return actors.filter((_, index) => answers[index]?.status === 200 && answers[index]?.body === nonce);
    },
    async close() {
      closed = true;
      leave('this actor stops');
      await inquiries.close();
    },
  };
}

function same(a: Settings, b: Settings): boolean {
  return (
    a.self === b.self &&
    a.incarnation === b.incarnation &&
    a.identity === b.identity &&
    a.actors.length === b.actors.length &&
    a.actors.every((actor, index) => actor === b.actors[index])
  );
}
