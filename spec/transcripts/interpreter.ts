/**
 * Runs a transcript: lines that begin with `> ` are commands, those that begin with `#` comments, and all others are
 * what the command above them caused. (The model is etcd's raft, rafttest/interaction_env.go.)
 *
 *   cluster a b c [refuse]      actors with a counter, all alive; `refuse`: increments without a majority
 *   increment a 5 7             increments of one turn at a
 *   read a [all]                a consistent read at a
 *   show a b                    what they hold, and who they think holds the counter
 *   deliver [from to [type]]    what is under way: all of it, or what matches (`*`: any)
 *   drop | duplicate …          the same, lost, or sent twice (the copy is behind all others)
 *   flush [a …]                 the disks of those, or of all
 *   settle                      flushes and delivers until nothing is left to do
 *   tick 20                     lets time pass
 *   cut a b | mend a b          the link between two actors
 *   crash a | restart a         a restart goes on from what was flushed
 *   quietly …                   any of these; what it causes is counted, not shown
 */
import { Bench, type InFlight } from './bench.ts';

/** The transcript as it has to read. */
export function perform(transcript: string): string {
  const run = new Run();
  const output: string[] = [];
  for (const line of transcript.split('\n')) {
    if (line === '' || line.startsWith('#')) output.push(line);
    if (!line.startsWith('> ')) continue;
    output.push(line, ...run.command(line.slice(2)));
  }
  return output.join('\n');
}

class Run {
  #bench: Bench | null = null;
  #lines: string[] = [];

  command(text: string): string[] {
    const [name = '', ...words] = text.split(' ');
    if (name === 'quietly') return [`${this.command(words.join(' ')).length} lines`];
    this.#lines = [];
    this.#perform(name, words);
    return this.#lines.length > 0 ? this.#lines : ['nothing happens'];
  }

  #perform(name: string, words: readonly string[]): void {
    const [first = '', second = ''] = words;
    switch (name) {
      case 'cluster': {
        const minority = words.includes('refuse') ? 'refuse' : 'accept';
        const actors = words.filter((word) => word !== 'refuse');
        this.#bench = new Bench(actors, { minority, note: (line) => this.#lines.push(line) });
        break;
      }
      case 'increment':
        this.bench.increment(first, words.slice(1).map(BigInt));
        break;
      case 'read':
        this.bench.read(first, second === 'all');
        break;
      case 'show':
        this.#lines.push(...words.map((actor) => this.bench.show(actor)));
        break;
      case 'deliver':
      case 'drop':
      case 'duplicate':
        this.bench[name](this.#select(words));
        break;
      case 'flush':
        for (const actor of words.length > 0 ? words : this.#running()) this.bench.flush(actor);
        break;
      case 'settle':
        this.#settle();
        break;
      case 'tick':
        this.bench.tick(Number(first));
        break;
      case 'cut':
      case 'mend':
        this.bench[name](first, second);
        break;
      case 'crash':
      case 'restart':
        this.bench[name](first);
        break;
      default:
        throw new SyntaxError(`there is no command ${name}`);
    }
  }

  get bench(): Bench {
    if (this.#bench === null) throw new SyntaxError('a transcript begins with its cluster');
    return this.#bench;
  }

  #running(): string[] {
    return this.bench.actors.filter((actor) => this.bench.isRunning(actor));
  }

  #select(words: readonly string[]): InFlight[] {
    const [from = '*', to = '*', type = '*'] = words;
    const selected = this.bench.inFlight.filter(
      (each) =>
        (from === '*' || from === each.from) &&
        (to === '*' || to === each.to) &&
        (type === '*' || type === each.message.type),
    );
    if (selected.length === 0) throw new RangeError(`nothing is under way like ${words.join(' ')}`);
    return selected;
  }

  #settle(): void {
    for (let before = -1; before !== this.#lines.length; ) {
      before = this.#lines.length;
      for (const actor of this.#running()) this.bench.flush(actor);
      this.bench.deliver([...this.bench.inFlight]);
    }
  }
}
