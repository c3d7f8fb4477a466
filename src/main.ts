import { setFlagsFromString } from 'node:v8';
import { Argument, Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { ClusterOptions } from './cluster.ts';
import { parseActorCount, parseId, type Settings, settingOptions } from './config.ts';
import { HEAP_GROWING_PERCENT } from './limits.ts';
import { explain } from './observe/explain.ts';

const program = new Command('quorate')
  .description('A highly available, replicated database of counters.')
  .version(manifest.version, '--version', 'print the version')
  .helpCommand(false)
  .showHelpAfterError('(--help tells more)')
  .configureHelp({ showGlobalOptions: true });

const start = program
  .command('start')
  .description(
    'Run one actor. It serves as soon as POST /config has told it, or another actor, who the actors are.',
  )
  .addArgument(new Argument('<id>', 'names the data of this actor: 1, 2, …').argParser(parseId))
  .action(async (id: string, options: Omit<Settings, 'id'>) => {
    await runNode({ ...options, id });
  });
for (const option of settingOptions) start.addOption(option);

program
  .command('cluster')
  .description('Run a whole cluster on this machine, to try things out.')
  .option('--actors <count>', 'how many actors', parseActorCount, 3)
  .option('--data <directory>', 'keep the data there; without it they are gone when the cluster stops')
  .action(async (options: ClusterOptions) => {
    const { runCluster } = await import('./cluster.ts');
    process.exitCode = await runCluster(options);
  });

async function runNode(settings: Settings): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  // Imported late: `--help`, and the parent of a cluster, are three times as fast without the service.
  const [{ createLog }, { startNode }] = await Promise.all([import('./observe/log.ts'), import('./node.ts')]);
  const log = createLog(settings.logLevel, { id: settings.id });
  // A broken invariant stops the process: whatever it would do next could be wrong.
  process.on('uncaughtException', (error) => {
    log('error', 'broken', { reason: explain(error), stack: error.stack });
    process.exit(70);
  });
  const node = await startNode(settings, log);
  const stop = () => {
    process.off('SIGTERM', stop).off('SIGINT', stop).off('disconnect', stop);
    node.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log('error', 'cannot stop in order', { reason: explain(error) });
        process.exit(1);
      },
    );
  };
  // `disconnect`: whoever started it as a part of a cluster is gone.
  process.on('SIGTERM', stop).on('SIGINT', stop).on('disconnect', stop);
  if (process.send !== undefined && !process.connected) stop();
}

program.parseAsync().catch((error: unknown) => {
  console.error(`quorate: ${explain(error)}`);
  process.exit(1);
});
