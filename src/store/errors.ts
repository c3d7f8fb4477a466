/** The store cannot be opened, or has failed for good. The message is for the person who runs the actor. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** A record is not what was written. */
export class CorruptStoreError extends StoreError {
  override readonly name = 'CorruptStoreError';
  readonly file: string;
  readonly key: string;

  constructor(file: string, key: string, reason: string, options?: ErrorOptions) {
    super(`${file}: the record ${key} is damaged: ${reason}`, options);
    this.file = file;
    this.key = key;
  }
}

/** Two actors on one store would break each other's promises. */
export class StoreInUseError extends StoreError {
  override readonly name = 'StoreInUseError';
  readonly directory: string;

  constructor(directory: string, options?: ErrorOptions) {
    super(`${directory}: another process, or another actor of this one, uses this data directory`, options);
    this.directory = directory;
  }
}
