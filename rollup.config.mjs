// Bundles the service into one file, dist/quorate.mjs, with lmdb's native addon beside it: the two run anywhere
// that has a Node, without node_modules.

import { readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { arch, platform } from 'node:process';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import nodeResolve from '@rollup/plugin-node-resolve';

// The very function that Node applies when it runs the sources, so the bundle cannot differ from them.
const typescript = {
  name: 'strip-types',
  transform: (code, id) => (id.endsWith('.ts') ? { code: stripTypeScriptTypes(code), map: null } : null),
};

// lmdb looks its addon up in node_modules at run time; in the bundle that becomes a plain require of the file beside
// it. N-API builds work with every version of Node, and only Linux tells the C library in the name.
const lmdbAddon = {
  name: 'lmdb-addon',
  resolveId: (source) => (source === 'node-gyp-build-optional-packages' ? `\0${source}` : null),
  load(id) {
    if (id !== '\0node-gyp-build-optional-packages') return null;
    const file = `@lmdb/lmdb-${platform}-${arch}/node.napi${platform === 'linux' ? '.glibc' : ''}.node`;
    const source = readFileSync(createRequire(import.meta.resolve('lmdb')).resolve(file));
    this.emitFile({ type: 'asset', fileName: 'lmdb.node', source });
    return `
      import { createRequire } from 'node:module';
      export default () => createRequire(import.meta.url)('./lmdb.node');`;
  },
};

export default {
  input: 'src/main.ts',
  output: {
    file: 'dist/quorate.mjs',
    format: 'es',
    banner: '#!/usr/bin/env node',
    // Whatever is imported late would else be a file of its own.
    inlineDynamicImports: true,
  },
  plugins: [
    typescript,
    lmdbAddon,
    nodeResolve({ exportConditions: ['node'], preferBuiltins: true }),
    commonjs(),
    json({ preferConst: true }),
  ],
  onwarn(warning, warn) {
    // What packages do inside (eval, circles, odd comments) is theirs to mend; all that concerns our files is shown.
    const files = [warning.id ?? [], warning.ids ?? []].flat();
    if (files.length > 0 && files.every((file) => file.includes('node_modules'))) return;
    warn(warning);
  },
};
