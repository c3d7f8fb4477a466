import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { type Cut, missing, Network } from './network.ts';

/** Says `open` when the connection is, writes to it when told to, and says what became of it. Ends with who started it. */
const END = `
  process.stdin.on('end', () => process.exit());
  const talk = (socket) => {
    console.log('open');
    process.stdin.once('data', () => socket.write('still there?'));
    socket.once('data', () => console.log('heard')).once('error', ({ code }) => console.log(code));
  };
`;
const PORT = 7777;
const LISTENER = `${END} net.createServer(talk).listen(${PORT}, () => console.log('listens'));`;
const caller = (host: string) => `${END} const socket = net.connect(${PORT}, '${host}', () => talk(socket));`;

const reason = missing();

if (reason !== null) {
  test.skip(`a network that is cut: skipped, ${reason}`, () => {});
} else {
  for (const [cut, said] of Object.entries({ none: 'heard', reject: 'ECONNRESET' })) {
    test.serial(`what goes both ways at once, cut: ${cut}`, async (t) => {
      const network = new Network(2);
      const ends: ChildProcess[] = [];
      t.teardown(async () => {
        for (const end of ends) end.kill('SIGKILL');
        await network.remove();
      });
      await network.create();
      const run = (n: number, code: string) => {
        const end = spawn('nsenter', [`--net=${network.namespace(n)}`, process.execPath, '-e', code]);
        ends.push(end);
        return end;
      };
      const listener = run(1, LISTENER);
      t.is(await line(listener), 'listens');
      const other = run(2, caller(network.address(1)));
      t.deepEqual(await Promise.all([line(listener), line(other)]), ['open', 'open']);
      if (cut !== 'none') {
        await network.cut([1], [2], cut as Cut);
        await network.cut([2], [1], cut as Cut);
      }
      for (const end of ends) end.stdin?.write('now\n');
      t.deepEqual(await Promise.all([line(listener), line(other)]), [said, said]);
    });
  }
}

/** What that process says next, in one piece. */
async function line({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new TypeError('its output is not listened to');
  const [chunk] = (await once(stdout, 'data')) as [Buffer];
  return chunk.toString().trim();
}
