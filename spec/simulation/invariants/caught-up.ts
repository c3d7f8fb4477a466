import type { Actor } from '../../../src/paxos/ballot.ts';
import { compareVotes } from '../../../src/paxos/ballot.ts';
import type { MemoryDisk } from '../../../src/store/memory-store.ts';
import { InvariantViolation } from '../../history/operation.ts';

/**
 * Whose disk says that it knows the changes of a peer up to N has their marks on it (protocol.md, "Learning and catching
 * up"): it will not ask for them again.
 */
export function caughtUp(actor: Actor, own: MemoryDisk, disks: ReadonlyMap<Actor, MemoryDisk>): void {
  for (const [peer, { identity, since }] of Object.entries(own.membership?.peers ?? {})) {
    const disk = disks.get(peer);
    if (disk?.identity !== identity) continue;
    for (const [number, counter] of disk.changes) {
      const [mark, told] = [own, disk].map(({ counters }) => counters.get(counter)?.register.mark ?? null);
      if (number > since || compareVotes(mark ?? null, told ?? null) >= 0) continue;
      throw new InvariantViolation(
        `${actor} knows the changes of ${peer} up to ${since}, says its disk, but not change ${number}, of ${counter}`,
      );
    }
  }
}
