import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Instance, UID } from './instance.ts';
import { Network } from './network.ts';

const run = promisify(execFile);

/** Bytes in a block of `stat`. */
const BLOCK = 512;

/** Where one scenario takes place: the artifact freshly extracted, a network, and an instance in each namespace of it. */
export class Site {
  readonly network: Network;
  readonly instances: readonly Instance[];
  readonly #directory: string;

  private constructor(network: Network, instances: readonly Instance[], directory: string) {
    this.network = network;
    this.instances = instances;
    this.#directory = directory;
  }

  static async create(tarball: string, size: number): Promise<Site> {
    const directory = await mkdtemp(join(tmpdir(), `quorate-harness-${process.pid}-`));
    let network: Network | null = null;
    try {
      const folder = join(directory, 'site');
      await mkdir(folder);
      await run('tar', ['xzf', tarball, '-C', folder, '--no-same-owner']);
      await run('chown', ['-R', `${UID}:${UID}`, folder]);
      await chmod(directory, 0o755);
      const created = await Network.create(size);
      network = created;
      const instances = Array.from({ length: size }, (_, index) => instanceOf(index + 1, created, directory));
      return new Site(created, instances, directory);
    } catch (error) {
      await network?.remove();
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
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

  async log(instance: Instance): Promise<string> {
    return readFile(instance.logFile, 'utf8').catch(() => '');
  }

  /** Nothing of it is left, whatever state it is in. */
  async remove(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.end('SIGKILL')));
    await this.network.remove();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function instanceOf(id: number, network: Network, directory: string): Instance {
  return new Instance({
    id,
    address: network.address(id),
    namespace: network.namespace(id),
    folder: join(directory, 'site'),
    logFile: join(directory, `${id}.log`),
  });
}
