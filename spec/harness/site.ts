import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Operation } from '../history/operation.ts';
import { writeHistory } from '../trace/client.ts';
import { examineTraces } from '../trace/examine.ts';
import { Instance, UID } from './instance.ts';
import { Network } from './network.ts';

const run = promisify(execFile);

const PREFIX = 'quorate-harness-';
/** Bytes in a block of `stat`. */
const BLOCK = 512;

/** Where one scenario takes place: the artifact freshly extracted, a network, and an instance in each namespace of it. */
export class Site {
  readonly network: Network;
  readonly instances: readonly Instance[];
  readonly #directory: string;
  #removed: Promise<void> | null = null;
  static readonly #all = new Set<Site>();

  private constructor(size: number, directory: string) {
    this.#directory = directory;
    this.network = new Network(size);
    this.instances = Array.from({ length: size }, (_, index) =>
      instanceOf(index + 1, this.network, directory),
    );
    Site.#all.add(this);
  }

  /** For whoever is interrupted. */
  static async removeAll(): Promise<void> {
    await Promise.all([...Site.#all].map((site) => site.remove()));
  }

  static async create(tarball: string, size: number): Promise<Site> {
    await removeLeftovers();
    const site = new Site(size, await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`)));
    try {
      await site.#prepare(tarball);
    } catch (error) {
      await site.remove();
      throw error;
    }
    return site;
  }

  /** Starts those instances, and gives them the config of all. */
  async open(instances = this.instances): Promise<void> {
    await Promise.all(instances.map((instance) => instance.start()));
    const actors = this.instances.map(({ actor }) => actor);
    await Promise.all(instances.map((instance) => instance.configure(actors)));
    await Promise.all(instances.map((instance) => instance.serves()));
  }

  /** What all instances together have on disk. */
  async diskBytes(): Promise<number> {
    const root = join(this.#directory, 'site/challenge');
    const files = await readdir(root, { recursive: true });
    const sizes = await Promise.all(
      files
        .filter((file) => file.startsWith('quorate-'))
        .map((file) =>
          stat(join(root, file)).then(
            ({ blocks }) => blocks * BLOCK,
            () => 0,
          ),
        ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Ends all instances, and holds what they did against the specification, and what clients were told against that. */
  async examineTraces(operations: readonly Operation[]): Promise<string[]> {
    await Promise.all(this.instances.map((instance) => instance.end('SIGTERM')));
    const files = this.instances.map(({ id }) => traceFile(this.#directory, id));
    const violations = examineTraces(files, operations, false);
    if (violations.length === 0) return [];
    const kept = await mkdtemp(join(tmpdir(), 'quorate-traces-'));
    await cp(join(this.#directory, 'traces'), kept, { recursive: true });
    writeHistory(join(kept, 'clients.ndjson'), operations);
    return [...violations, `the traces, and what the clients were told: ${kept}`];
  }

  async log(instance: Instance): Promise<string> {
    return readFile(instance.logFile, 'utf8').catch(() => '');
  }

  /** Nothing of it is left, whatever state it is in. */
  remove(): Promise<void> {
    this.#removed ??= this.#remove();
    return this.#removed;
  }

  async #prepare(tarball: string): Promise<void> {
    const folder = join(this.#directory, 'site');
    const traces = join(this.#directory, 'traces');
    await mkdir(folder);
    await mkdir(traces);
    await run('tar', ['xzf', tarball, '-C', folder, '--no-same-owner']);
    await run('chown', ['-R', `${UID}:${UID}`, folder, traces]);
    await chmod(this.#directory, 0o755);
    await this.network.create();
  }

  async #remove(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.end('SIGKILL')));
    await this.network.remove();
    await rm(this.#directory, { recursive: true, force: true });
    Site.#all.delete(this);
  }
}

/** Of processes that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-')[0] : undefined;
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function traceFile(directory: string, id: number): string {
  return join(directory, 'traces', `${id}.ndjson`);
}

function instanceOf(id: number, network: Network, directory: string): Instance {
  return new Instance({
    id,
    address: network.address(id),
    namespace: network.namespace(id),
    folder: join(directory, 'site'),
    logFile: join(directory, `${id}.log`),
    traceFile: traceFile(directory, id),
  });
}
