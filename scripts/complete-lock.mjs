// Completes package-lock.json after a change of a dependency:
//
//     npm install --save-exact some-package
//     node scripts/complete-lock.mjs
//     npm ci
//
// Why: rollup, Biome and msgpackr-extract name one optional package per platform. A registry mirror need not carry
// those of platforms nobody there uses; `npm install` then silently leaves them out of the lock, and `npm ci` refuses
// that lock ("Missing: … from lock file"). This adds a stub for each: its version, and its platform as its name tells
// it, so that npm skips it on all others. It also drops download addresses, which may be a mirror's: without them npm
// asks the registry it is set up for, and the integrity hashes still hold.

import { readFileSync, writeFileSync } from 'node:fs';

const LOCK = new URL('../package-lock.json', import.meta.url);

const OS = ['android', 'darwin', 'freebsd', 'linux', 'openbsd', 'openharmony', 'win32'];
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];
// Names say the ABI, npm says the C library; on Windows "gnu" is a compiler and no library at all.
const LIBC = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };

function stub(name, version, parent) {
  const words = name.split('/').at(-1).split('-');
  const os = words.find((word) => OS.includes(word));
  const cpu = words.find((word) => CPU.includes(word));
  // A stub without a platform would be installed everywhere: better no lock than that.
  if (!os || !cpu || !/^\d+\.\d+\.\d+$/.test(version))
    throw new Error(`cannot tell the platform of ${name}@${version}`);
  const libc = os === 'linux' ? words.flatMap((word) => LIBC[word] ?? []) : [];
  return {
    version,
    cpu: [cpu],
    ...(parent.dev && { dev: true }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    os: [os],
  };
}

const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const added = [];
for (const [path, parent] of Object.entries(lock.packages)) {
  delete parent.resolved;
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const hoisted = `node_modules/${name}`;
    const known = lock.packages[`${path}/${hoisted}`] ?? lock.packages[hoisted];
    // What npm found has a hash; a stub may be of the version before.
    if (path === '' || known?.integrity || known?.version === version) continue;
    lock.packages[hoisted] = stub(name, version, parent);
    added.push(name);
  }
}
// npm's own order, so that its next run leaves no diff.
const byPath = ([a], [b]) => a.localeCompare(b, 'en');
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(byPath));
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `stubs added: ${added.join(', ')}` : 'nothing was missing');
