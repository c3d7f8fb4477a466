/** What an entry of the journal has: the first one of a generation its beginning, the others a transaction each. */
import type { Reader, Writer } from '../codec/bytes.ts';
import type { Operation } from './table.ts';

export interface Beginning {
  readonly identity: string;
  /** Bytes of the file. */
  readonly room: number;
  /** Entries of the generation before. */
  readonly before: number;
}

export function encodeBeginning(to: Writer, { identity, room, before }: Beginning): void {
  to.text(identity);
  to.natural(room);
  to.natural(before);
}

export function decodeBeginning(from: Reader): Beginning {
  return {
    identity: from.text('identity of a store'),
    room: from.natural('bytes of the journal'),
    before: from.natural('entries of the generation before'),
  };
}

/** What a key is. */
const [NAME, NUMBER] = [0, 1];

export function encodeOperations(to: Writer, operations: readonly Operation[]): void {
  for (const { table, key, content } of operations) {
    to.text(table);
    if (typeof key === 'number') {
      to.natural(NUMBER);
      to.natural(key);
    } else {
      to.natural(NAME);
      to.text(key);
    }
    to.optional(content, (bytes) => to.bytes(bytes));
  }
}

export function decodeOperations(from: Reader): Operation[] {
  const operations: Operation[] = [];
  while (!from.isAtEnd) {
    operations.push({
      table: from.text('table'),
      key: from.choice(2, 'kind of a key') === NAME ? from.text('key') : from.natural('key'),
      content: from.optional('whether there is a content', () => from.bytes('content')),
    });
  }
  return operations;
}
