/** What native programs need in order to run elsewhere. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Where the ABI of Linux on x86-64 has it, whatever the distribution. */
const LOADER = '/lib64/ld-linux-x86-64.so.2';

/** The C library's loader and all libraries that `binary` would be run with here, as paths. */
export async function librariesOf(binary: string): Promise<string[]> {
  // Without the environment, so that no LD_PRELOAD adds to them.
  const { stdout } = await execute(LOADER, ['--list', binary], { env: {} }).catch((cause: unknown) => {
    const needs = 'it takes Linux x64 with glibc 2.34 or newer, and libatomic.so.1 (package libatomic1)';
    throw new Error(`cannot tell what ${binary} is run with: ${needs}`, { cause });
  });
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
}

/** `binary`, a 64-bit ELF file, without what only debuggers read: the part behind all segments, its symbol table above all. */
export function stripped(binary: Buffer): Buffer {
  const segments = Number(binary.readBigUInt64LE(0x20));
  const size = binary.readUInt16LE(0x36);
  const ends = Array.from({ length: binary.readUInt16LE(0x38) }, (_, index) => {
    const at = segments + index * size;
    return Number(binary.readBigUInt64LE(at + 0x08) + binary.readBigUInt64LE(at + 0x20));
  });
  const kept = Buffer.from(binary.subarray(0, Math.max(...ends)));
  // The section headers went too: their place, number, and which of them has the names.
  kept.writeBigUInt64LE(0n, 0x28);
  kept.fill(0, 0x3c, 0x40);
  return kept;
}
