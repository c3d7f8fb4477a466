/** `npm run trace -- FILE… [--history FILE]`: whether what the actors did is what the specification allows. */
import { Command } from 'commander';
import { check, describe } from './check.ts';
import { Client, readHistory } from './client.ts';
import { readTrace } from './read.ts';

interface Options {
  readonly history: readonly string[];
  readonly killed: boolean;
}

const program = new Command('trace')
  .description('Replay traces of all actors of a cluster against the specification.')
  .argument('<files...>', 'what `quorate start --trace FILE` has written, one file per actor')
  .option('--history <files...>', 'what clients were told, as the harness and the bench record it', [])
  .option('--killed', 'the last life of an actor may lack its end, since it was killed', false)
  .action((files: readonly string[], { history, killed }: Options) => {
    const began = performance.now();
    const client = new Client(history.flatMap(readHistory));
    const { violation, summary } = check(files.map(readTrace), {
      killed,
      ...(history.length > 0 ? { heard: (line) => client.hear(line) } : {}),
    });
    if (violation !== null) console.error(describe(violation));
    const contradictions = violation === null && history.length > 0 ? client.contradictions() : [];
    for (const contradiction of contradictions) console.error(contradiction);
    const seconds = (performance.now() - began) / 1_000;
    const { events, counters, chosen, crashes } = summary;
    console.log(
      `${events} events of ${counters} counters in ${seconds.toFixed(1)} s: ${chosen} votes chosen, ${crashes} lives cut off, ` +
        `${client.size} operations of clients`,
    );
    if (violation !== null || contradictions.length > 0) process.exitCode = 1;
  });

program.parse();
