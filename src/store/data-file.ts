/**
 * LMDB maps its file into memory and trusts it: damage kills the process without a word. So the file is examined before
 * LMDB touches it: both meta pages, and of every page in use, that it is within the file and what was written there.
 * The layout is that of LMDB's data version 2 on a 64-bit little-endian machine.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StoreError } from './errors.ts';

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const META_BYTES = 160;
const PAGE_HEADER_BYTES = 24;
const NODE_HEADER_BYTES = 8;
const POINTER_BYTES = 2;
const EMPTY_TREE = 0xffff_ffff_ffff_ffffn;

const BRANCH = 0x01;
const LEAF = 0x02;
const META = 0x08;

const ON_OVERFLOW_PAGES = 0x01;
const NAMED_DATABASE = 0x02;

interface DataFile {
  readonly name: string;
  readonly descriptor: number;
  readonly bytes: number;
}

interface Tree {
  readonly depth: number;
  readonly entries: bigint;
  readonly root: bigint;
}

interface Meta {
  readonly pageSize: number;
  readonly freePages: Tree;
  readonly main: Tree;
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

interface Pages {
  readonly file: DataFile;
  readonly size: number;
  readonly count: bigint;
  /** LMDB leaves free pages at the end unwritten, so this alone is no damage. */
  readonly short: boolean;
}

export function examineDataFile(name: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(name, 'r');
  } catch (cause) {
    throw new StoreError(`${name}: expected the data of an initialised store, which cannot be opened`, {
      cause,
    });
  }
  try {
    examine({ name, descriptor, bytes: fstatSync(descriptor).size });
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw damage(name, 'it cannot be read', { cause });
  } finally {
    closeSync(descriptor);
  }
}

function examine(file: DataFile): void {
  if (file.bytes === 0) throw damage(file.name, 'it is empty');
  const first = readMeta(file, 0);
  const second = readMeta(file, first.pageSize);
  if (second.pageSize !== first.pageSize) throw damage(file.name, 'its meta pages tell different page sizes');
  const latest = second.transaction > first.transaction ? second : first;
  const count = BigInt(Math.floor(file.bytes / latest.pageSize));
  const pages = { file, size: latest.pageSize, count, short: count <= latest.lastPage };
  visitTree(pages, latest.freePages, (node) => visitOverflow(pages, node));
  visitTree(pages, latest.main, (node) => {
    visitOverflow(pages, node);
    const named = (node.readUInt16LE(4) & NAMED_DATABASE) !== 0;
    if (named) visitTree(pages, tree(data(node), 0), visitOverflowIfShort(pages));
  });
}

function readMeta(file: DataFile, offset: number): Meta {
  const page = readBytes(file, offset, PAGE_HEADER_BYTES + META_BYTES);
  const meta = page.subarray(PAGE_HEADER_BYTES);
  if ((page.readUInt16LE(18) & META) === 0 || meta.readUInt32LE(0) !== MAGIC) {
    throw damage(file.name, `no meta page of LMDB at byte ${offset}`);
  }
  const version = meta.readUInt32LE(4) & 0xffff;
  if (version !== DATA_VERSION) {
    throw damage(file.name, `expected version ${DATA_VERSION} of LMDB's format, found ${version}`);
  }
  const pageSize = meta.readUInt32LE(24);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) {
    throw damage(file.name, `impossible page size ${pageSize}`);
  }
  return {
    pageSize,
    freePages: tree(meta, 24),
    main: tree(meta, 72),
    lastPage: meta.readBigUInt64LE(120),
    transaction: meta.readBigUInt64LE(128),
  };
}

type VisitNode = (node: Buffer) => void;

/** Every page in use; and that they hold as many entries as the tree was left with. */
function visitTree(pages: Pages, { root, depth, entries }: Tree, visitNode: VisitNode | null): void {
  const found = root === EMPTY_TREE ? 0 : visitPage(pages, root, depth, visitNode);
  if (BigInt(found) === entries) return;
  throw damage(pages.file.name, `expected ${entries} entries from page ${root} on, found ${found}`);
}

/** The number of entries from that page on. */
function visitPage(pages: Pages, number: bigint, height: number, visitNode: VisitNode | null): number {
  if (height < 1) throw damage(pages.file.name, `page ${number} lies deeper than its tree`);
  const page = readBytes(pages.file, Number(number) * pages.size, pages.size);
  const kind = height === 1 ? LEAF : BRANCH;
  if (page.readBigUInt64LE(0) !== number || (page.readUInt16LE(18) & kind) === 0) {
    throw damage(pages.file.name, `page ${number} is not what was written there`);
  }
  if (height > 1) {
    let entries = 0;
    for (const node of nodes(page)) entries += visitPage(pages, child(node), height - 1, visitNode);
    return entries;
  }
  if (visitNode !== null) for (const node of nodes(page)) visitNode(node);
  return page.readUInt16LE(20) / POINTER_BYTES;
}

/** What is kept on pages of its own has a checksum of its own: it needs a look only where the file may have been cut. */
function visitOverflowIfShort(pages: Pages): VisitNode | null {
  return pages.short ? (node) => visitOverflow(pages, node) : null;
}

function visitOverflow(pages: Pages, node: Buffer): void {
  if ((node.readUInt16LE(4) & ON_OVERFLOW_PAGES) === 0) return;
  const overflow = data(node);
  expectWithin(pages, overflow.readBigUInt64LE(0) + overflow.readBigUInt64LE(16) - 1n);
}

function expectWithin({ file, count }: Pages, number: bigint): void {
  if (number < count) return;
  throw damage(file.name, `it has ${count} pages and refers to page ${number}: it was truncated`);
}

function tree(bytes: Buffer, offset: number): Tree {
  return {
    depth: bytes.readUInt16LE(offset + 6),
    entries: bytes.readBigUInt64LE(offset + 32),
    root: bytes.readBigUInt64LE(offset + 40),
  };
}

function* nodes(page: Buffer): Iterable<Buffer> {
  const pointers = page.readUInt16LE(20);
  for (let at = 0; at < pointers; at += POINTER_BYTES) {
    yield page.subarray(PAGE_HEADER_BYTES + page.readUInt16LE(PAGE_HEADER_BYTES + at));
  }
}

function data(node: Buffer): Buffer {
  return node.subarray(NODE_HEADER_BYTES + node.readUInt16LE(6));
}

/** Branch nodes have no flags: those bits are the page number's highest. */
function child(node: Buffer): bigint {
  return BigInt(node.readUIntLE(0, 6));
}

function readBytes(file: DataFile, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  if (readSync(file.descriptor, buffer, 0, length, offset) === length) return buffer;
  throw damage(
    file.name,
    `it has ${file.bytes} bytes and lacks those up to ${offset + length}: it was truncated`,
  );
}

function damage(name: string, what: string, options?: ErrorOptions): StoreError {
  return new StoreError(`${name}: expected the data of an initialised store: ${what}`, options);
}
