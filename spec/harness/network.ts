import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** Within npm's scripts PATH begins with node_modules/.bin, where a package has put another program called nft. */
const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
const run = (program: string, args: readonly string[]) => promisify(execFile)(program, args, { env });

/** How a packet that must not pass is treated: as if the cable were cut, or by a firewall that refuses. */
export type Cut = 'drop' | 'reject';

/** Named after the process that made them, so that what a killed one left behind is known to be nobody's. */
const PREFIX = 'quorate';
const namespaces = (pid: number) => ({
  hub: `${PREFIX}-${pid}-hub`,
  of: (n: number) => `${PREFIX}-${pid}-${n}`,
});

/**
 * Within the namespace of a node; its clients are in no set, so they always pass. So do resets: where both sides refuse,
 * neither would hear that it is refused.
 */
const RULES = `
table inet cut {
  set dropped { type ipv4_addr; }
  set rejected { type ipv4_addr; }
  chain incoming {
    type filter hook input priority 0;
    ip saddr @dropped drop
    ip saddr @rejected tcp flags & rst == 0 reject with tcp reset
  }
}`;

/** Why there can be no network here; null if there can. */
export function missing(): string | null {
  if (process.getuid?.() !== 0) return 'it needs root, to make network namespaces';
  const tools = { ip: 'iproute2', nft: 'nftables', nsenter: 'util-linux', setpriv: 'util-linux' };
  const absent = Object.entries(tools).filter(
    ([tool]) => !env.PATH.split(':').some((directory) => existsSync(`${directory}/${tool}`)),
  );
  if (absent.length === 0) return null;
  return `it needs ${absent.map(([tool, from]) => `${tool} (of ${from})`).join(' and ')}`;
}

/**
 * Network namespaces 1 … size, each with one address, and a bridge between them, to which the namespace of this process
 * is connected as well.
 */
export class Network {
  readonly size: number;
  readonly #names = namespaces(process.pid);
  /** 10.64.0.0/10, a /24 of it for each process that makes a network at a time. */
  readonly #subnet = `10.${64 + ((process.pid >> 8) % 64)}.${process.pid % 256}`;
  /** The end of the bridge that this process sees. */
  readonly #outside = `q${process.pid}`;
  readonly #cuts = new Map<string, Cut>();

  #creating: Promise<void> = Promise.resolve();
  #removed = false;

  constructor(size: number) {
    this.size = size;
  }

  create(): Promise<void> {
    this.#creating = this.#create();
    return this.#creating;
  }

  /** Of node n, from 1 on. */
  address(n: number): string {
    return `${this.#subnet}.${n}`;
  }

  namespace(n: number): string {
    return `/run/netns/${this.#names.of(n)}`;
  }

  /** What `from` sends does not arrive at `to` any more. */
  async cut(from: readonly number[], to: readonly number[], how: Cut): Promise<void> {
    for (const a of from) for (const b of to) if (a !== b) this.#cuts.set(`${a} ${b}`, how);
    await this.#apply(to);
  }

  async heal(nodes?: readonly number[]): Promise<void> {
    if (nodes === undefined) this.#cuts.clear();
    for (const key of this.#cuts.keys()) {
      if (key.split(' ').some((n) => nodes?.includes(Number(n)))) this.#cuts.delete(key);
    }
    await this.#apply(this.#all);
  }

  /** The cable is pulled out of that node, for its clients as well. */
  async unplug(n: number): Promise<void> {
    await this.#ip(this.#names.of(n), 'link set eth0 down');
  }

  async plug(n: number): Promise<void> {
    await this.#ip(this.#names.of(n), 'link set eth0 up');
  }

  /** Also of a network that is just being created. */
  async remove(): Promise<void> {
    this.#removed = true;
    await this.#creating.catch(() => {});
    // It would go with the namespace at its other end, but a while after.
    await run('ip', ['link', 'delete', this.#outside]).catch(() => {});
    await removeNamespaces(process.pid);
  }

  get #all(): number[] {
    return Array.from({ length: this.size }, (_, index) => index + 1);
  }

  async #create(): Promise<void> {
    await removeLeftovers();
    const { hub, of } = this.#names;
    await run('ip', ['netns', 'add', hub]);
    await this.#ip(hub, 'link add bridge type bridge', 'link set bridge up');
    await this.#ip(
      null,
      `link add ${this.#outside} type veth peer name outside netns ${hub}`,
      `address add ${this.#subnet}.254/24 dev ${this.#outside}`,
      `link set ${this.#outside} up`,
    );
    await this.#ip(hub, 'link set outside master bridge', 'link set outside up');
    for (const n of this.#all) {
      if (this.#removed) throw new Error('the network was removed while it was created');
      await run('ip', ['netns', 'add', of(n)]);
      await this.#ip(hub, `link add node${n} type veth peer name eth0 netns ${of(n)}`);
      await this.#ip(hub, `link set node${n} master bridge`, `link set node${n} up`);
      await this.#ip(of(n), `address add ${this.address(n)}/24 dev eth0`, 'link set eth0 up');
      await feed(this.#nft(n), RULES);
    }
  }

  async #apply(nodes: readonly number[]): Promise<void> {
    await Promise.all(nodes.map((n) => feed(this.#nft(n), this.#ruleset(n))));
  }

  /** One transaction: what was cut before and is still stays cut throughout. */
  #ruleset(n: number): string {
    const of = (how: Cut) =>
      this.#all.filter((from) => this.#cuts.get(`${from} ${n}`) === how).map((from) => this.address(from));
    return Object.entries({ dropped: of('drop'), rejected: of('reject') })
      .map(([set, addresses]) => {
        const add = addresses.length === 0 ? '' : `add element inet cut ${set} { ${addresses.join(', ')} }`;
        return `flush set inet cut ${set}\n${add}\n`;
      })
      .join('');
  }

  #nft(n: number): string[] {
    return [`--net=${this.namespace(n)}`, 'nft', '-f', '-'];
  }

  async #ip(namespace: string | null, ...commands: string[]): Promise<void> {
    for (const command of commands) {
      await run('ip', [...(namespace === null ? [] : ['-netns', namespace]), ...command.split(' ')]);
    }
  }
}

function feed(args: readonly string[], input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('nsenter', args, { stdio: ['pipe', 'ignore', 'pipe'], env });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${said}`));
    });
    child.stdin.end(input);
  });
}

async function removeLeftovers(): Promise<void> {
  for (const pid of await makers()) {
    if (pid === process.pid || !existsSync(`/proc/${pid}`)) await removeNamespaces(pid);
  }
}

async function removeNamespaces(pid: number): Promise<void> {
  const names = await listNamespaces();
  for (const name of names.filter((one) => one.startsWith(`${PREFIX}-${pid}-`))) {
    await run('ip', ['netns', 'delete', name]);
  }
}

async function makers(): Promise<Set<number>> {
  const names = await listNamespaces();
  return new Set(
    names.flatMap((name) => {
      const [, pid] = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name) ?? [];
      return pid === undefined ? [] : [Number(pid)];
    }),
  );
}

async function listNamespaces(): Promise<string[]> {
  const { stdout } = await run('ip', ['netns', 'list']);
  return stdout.split('\n').map((line) => line.split(' ')[0] ?? '');
}
