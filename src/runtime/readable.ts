import type { Store } from './ports.ts';

/** A record could not be read: it is damaged, or the disk is. */
export class UnreadableStore extends Error {
  override readonly name = 'UnreadableStore';
}

/** The same store, whose failures to read are told apart from every other error. */
export function readable(store: Store): Store {
  const read = <T>(access: () => T): T => {
    try {
      return access();
    } catch (cause) {
      throw new UnreadableStore('the store cannot be read', { cause });
    }
  };
  return {
    identity: store.identity,
    incarnation: store.incarnation,
    membership: store.membership,
    lastChange: () => store.lastChange(),
    holdsCounters: () => read(() => store.holdsCounters()),
    load: (counter) => read(() => store.load(counter)),
    mark: (counter) => read(() => store.mark(counter)),
    changes: (since, limit) => read(() => store.changes(since, limit)),
    backlogs: (after, limit) => read(() => store.backlogs(after, limit)),
    write: (write, done) => store.write(write, done),
    close: () => store.close(),
  };
}
