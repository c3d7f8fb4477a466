#!/usr/bin/env node
import module from 'node:module';
import { join } from 'node:path';

// Plain JavaScript, and nothing imported by a name that an old Node has not, so that one that cannot run the rest can still say so.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  console.error(
    `quorate needs Node.js 24.9 or newer, this is ${process.version}. On Linux x64 \`npm ci\` brings one: use \`npm start\`, ` +
      '`npm run quorate -- …` or `npx quorate …`.',
  );
  process.exit(1);
}
// A third of a start is taking the types away and compiling. Where nothing can be written, it is so each time.
module.enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'quorate'));
await import('./main.ts');
