import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { isAddressSpaceLimited } from '../../src/store/address-space.ts';
import { temporaryDirectory } from './temporary.ts';

const OPEN = fileURLToPath(new URL('programs/open.ts', import.meta.url));

(process.platform === 'linux' ? test : test.skip)(
  'where address space is limited a store is opened all the same',
  async (t) => {
    t.false(isAddressSpaceLimited(), 'not here');
    const directory = join(await temporaryDirectory(t), 'data');
    const script = 'ulimit -v 4000000 && exec "$@"';
    const command = ['-c', script, 'sh', process.execPath, OPEN, directory];
    const { stdout } = await promisify(execFile)('sh', command);
    t.like(JSON.parse(stdout), { outcome: 'read', counters: 0 });
  },
);
