/** Every bound of the program, with its unit and why it is that. */

/** Milliseconds. All waits but FLUSH_GROUP_MS are counted in ticks of the one interval timer; finer would cost idle CPU on 20 actors a machine. */
export const TICK_MS = 10;

export function ticks(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / TICK_MS));
}

/** Decimal digits of one increment. */
export const MAX_DIGITS = 1_000;
/** Bytes of an increment's body: the digits and white space around them. */
export const MAX_INCREMENT_BODY = 2_048;
/** Bytes of a POST /config body: enough for MAX_ACTORS addresses. */
export const MAX_CONFIG_BODY = 65_536;
/** Bytes of a counter's name, percent-decoded. The store's keys may have 1,978. */
export const MAX_NAME_BYTES = 512;
/** Bytes of a request's path and query: a name with every byte percent-encoded fits twice. */
export const MAX_URL_BYTES = 4_096;
/** Bytes of a request's head. */
export const MAX_HEADER_BYTES = 16_384;
/** Milliseconds that a client may take to send its head, and again for its body. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** Milliseconds that an idle client connection is kept. */
export const KEEP_ALIVE_MS = 65_000;
/** Milliseconds beyond what a client was told: it may send until then. */
export const KEEP_ALIVE_GRACE_MS = 1_000;
/** Milliseconds that a client is heard out after an answer that it did not wait for, so that it can read the answer. */
export const LINGER_MS = 1_000;
/** Actors of a cluster: each talks to each. */
export const MAX_ACTORS = 128;

/** Milliseconds without a write after which a link carries an empty frame. */
export const BEAT_MS = 150;
/** Milliseconds without a byte from a peer after which its link is closed: several beats, so that one late turn accuses nobody. */
export const SUSPECT_MS = 500;
/** Milliseconds that connecting may take. Short, since a packet that is lost in a cut is sent again only after a second. */
export const CONNECT_TIMEOUT_MS = 150;
/** Milliseconds that both hellos may take. */
export const DIAL_TIMEOUT_MS = 300;
/** Milliseconds between two tries to reach a peer: the first pause, and where its doubling ends. */
export const DIAL_PAUSE_MS = 20;
export const MAX_DIAL_PAUSE_MS = 200;
/** Actors up to which links keep the times above. Beyond it they grow in proportion, so that beats cost each actor the same CPU. */
export const UNSCALED_ACTORS = 10;
/** Bytes of a frame between two actors: a longer one is no frame of ours. A state of MAX_ACTORS origins takes a fraction of it. */
export const MAX_FRAME_BYTES = 16_777_216;
/**
 * Counters that one end of a link has numbers for, and the length of their names in UTF-16 units: longer ones go by name. The other
 * end relies on the first: whoever changes it changes PROTOCOL.
 */
export const NUMBERS = 8_192;
export const MAX_NUMBERED_NAME = 64;
/** Bytes at which messages are no longer joined to one frame: one peer's backlog must not block the loop for long. */
export const FRAME_TARGET_BYTES = 1_048_576;
/** Bytes waiting in a link's socket from which on messages are held back. */
export const CONGESTED_BYTES = 1_048_576;
/** What is held back for one peer; beyond it the oldest messages are lost, which the protocol survives. */
export const MAX_OUTBOX_MESSAGES = 16_384;
export const MAX_OUTBOX_BYTES = 8_388_608;
/** Milliseconds that a peer's link is down before it is told the config: it may not have one. */
export const TEACH_AFTER_MS = 500;
/** Milliseconds between two tellings of one peer: that was never linked, and that was. Each is a request of its own. */
export const TEACH_PAUSE_MS = 1_000;
export const TEACH_AGAIN_PAUSE_MS = 5_000;
/** Milliseconds that a peer may take to answer a request beside the link. */
export const PEER_REQUEST_TIMEOUT_MS = 1_000;
/** Bytes of that answer: who answers more is no peer. */
export const MAX_PEER_ANSWER = 65_536;

/** Ticks. A defeated proposer pauses a random time up to the first, doubling up to the second. */
export const MIN_PAUSE = ticks(20);
export const MAX_PAUSE = ticks(1_000);
/** Ticks. Bounds of the wait for an answer before something is done about it, whatever it usually takes. */
export const MIN_PATIENCE = ticks(200);
export const MAX_PATIENCE = ticks(2_000);
/** The wait for an answer, as a multiple of the usual time of a batch. */
export const PATIENCE_FACTOR = 6;
/** Ticks after which a vote is asked of more than a majority: at least, and as a multiple of the usual time of a batch. */
export const MIN_HEDGE = ticks(100);
export const HEDGE_FACTOR = 3;
/** Ticks for which a vote is rather asked of others than of an actor that was late with one: it may hang. */
export const LATE_FOR = ticks(10_000);
/** Ticks between two tellings of what is chosen for one counter to those whose votes were not asked for it. */
export const TELL_PAUSE = ticks(100);
/** Ticks for which nothing is left to a candidate that has not answered: it may hang for all that it is asked. */
export const CANDIDATE_RESTS = ticks(10_000);
/** Ticks between two looks of a read that waits for the batches below a watermark to be counted. */
export const WATERMARK_PAUSE = ticks(50);

/** Counters kept in memory though nothing is under way for them; some 2 kB each. */
export const HOT_COUNTERS = 10_000;
/** Looks for a counter to evict per turn. */
export const EVICTIONS_A_TURN = 256;
/** Clients that one actor lets wait for an answer; beyond, it is overloaded. */
export const MAX_WAITING = 20_000;
/**
 * Counters in a flush from which on it is worth waiting for others: where one had as many, the next one waits for as many. Fewer
 * clients than that never wait.
 */
export const FLUSH_GROUP = 16;
/** Milliseconds that it waits for them at the most. */
export const FLUSH_GROUP_MS = 1;
/** Ticks after which a mark is flushed though nothing else is. */
export const MARK_FLUSH_AFTER = ticks(500);
/** The same while the disk is busy with what is waited for: by then most marks have gone with the next vote of their counter. */
export const MARK_FLUSH_LATEST = ticks(10_000);
/** Ticks that the disk counts as busy after somebody came to wait for it: a load has gaps, of which none is its end. */
export const DISK_BUSY_FOR = ticks(100);
/** Marks of so many counters that nothing waits for are written in one tick: else, of many, nothing else would be meanwhile. */
export const MARKS_A_TICK = 1_024;
/** Ticks after a vote from which on it is in doubt whether it is chosen, if nothing is under way and nobody has said so. */
export const DOUBT_AFTER = ticks(500);
/** Counters whose marks are in doubt that are read at once. */
export const REPAIRS_AT_ONCE = 64;
/** Counters with 202 records that are brought back to memory at once. */
export const REVIVED_AT_ONCE = 256;
/** Changes in one answer to `what changed since N`. */
export const CHANGES_A_PAGE = 256;
/** Ticks between two `what changed since N`, to the live actors in turn, while some actor cannot be reached. */
export const CATCH_UP_EVERY = ticks(1_000);
/** The same while all can be. */
export const CATCH_UP_AT_EASE = ticks(5_000);
/** Then, ticks until who had more to tell than a page is asked for the next one. */
export const CATCH_UP_PAUSE = ticks(500);
/** Ticks after which a page of changes whose states did not come is asked for again. */
export const CATCH_UP_PATIENCE = ticks(2_000);

/** Milliseconds that a stopping actor gives the requests under way. Supervisors kill after some 10 s. */
export const STOP_WITHIN_MS = 3_000;
/** Milliseconds that a starting actor waits for another process that uses its data: longer than a stopping one takes. */
export const SUCCEED_WITHIN_MS = 5_000;
/** Milliseconds between two looks whether it has ended. */
export const SUCCEED_PAUSE_MS = 20;

/**
 * What an actor tells V8 before anything else. How many per cent the heap may grow beyond what is alive before garbage is collected: on
 * a machine with much memory V8 would let it double and more, for a process whose live memory is bounded by HOT_COUNTERS. And to
 * put nothing among the old objects at once, where it thought that states, votes and promises live long: they filled 17 MB in 1.6 s.
 */
export const V8_FLAGS = ['--heap-growing-percent=80', '--no-allocation-site-pretenuring'];
/**
 * What an actor's Node.js is started with: its youngest objects have 16 MB twice. Left alone it takes up to 64 MB for them; said so,
 * 64 was slower than 16. Can only be said on the command line.
 */
export const NODE_FLAGS = ['--max-semi-space-size=16'];
