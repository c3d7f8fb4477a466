import { Writer } from '../../src/codec/bytes.ts';

export function written(write: (to: Writer) => void): Buffer {
  const to = new Writer().begin();
  write(to);
  return to.written;
}

/** Naturals, texts, and bytes as they are. */
export function fields(...values: readonly (number | string | Buffer)[]): Buffer {
  return Buffer.concat(
    values.map((value) => {
      if (typeof value === 'number') return written((to) => to.natural(value));
      return typeof value === 'string' ? written((to) => to.text(value)) : value;
    }),
  );
}
