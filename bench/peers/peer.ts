/** Or why it cannot be run. */
export type Version = { readonly version: string } | { readonly reason: string };

/** A database that compare runs beside Quorate. */
export interface Peer {
  readonly name: string;
  /** What an acknowledged increment means there, in one sentence. */
  readonly guarantees: string;
  /** Of the one that is installed here. */
  version(): Promise<Version>;
  /** Three nodes on loopback, on free ports, data in a directory of its own; ready to serve. */
  start(directory: string): Promise<RunningPeer>;
}

export interface RunningPeer {
  /** Of the servers, for CPU accounting. They may have children: PostgreSQL has one per connection. */
  readonly pids: readonly number[];
  /** One connection, one operation at a time; the index spreads clients over the nodes where the peer allows it. */
  connect(index: number): Promise<PeerClient>;
  /** A bare server: its counters cannot be read. */
  readonly keepsNothing?: true;
  /** Ends what it started, and waits for it. The data is lost. */
  stop(): Promise<void>;
}

export interface PeerClient {
  /**
   * Resolves once the increment is acknowledged under the guarantee; to `recorded` if that is a promise to count it, which no
   * majority had done in time.
   */
  add(counter: string, amount: number): Promise<unknown>;
  /** The up-to-date value. */
  read(counter: string): Promise<bigint>;
  close(): void | Promise<void>;
}
