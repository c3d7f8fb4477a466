#!/usr/bin/env node
// Plain JavaScript, so that a Node that cannot run the rest can still say so.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `quorate needs Node.js 24 or newer, this is ${process.version}. On Linux x64 \`npm ci\` brings one: use \`npm start\`, ` +
      '`npm run quorate -- …` or `npx quorate …`.',
  );
  process.exit(1);
}
await import('./main.ts');
