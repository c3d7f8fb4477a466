import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { ClusterOptions } from './cluster.ts';
import { idArgument, parseActorCount, type Settings, settingOptions } from './config.ts';
import { runNode, runProgram } from './run.ts';

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
  .addArgument(idArgument)
  .action(async (id: string, options: Omit<Settings, 'id'>) => {
    await runNode({ ...options, id });
  });
for (const option of settingOptions('quorate-data')) start.addOption(option);

program
  .command('cluster')
  .description('Run a whole cluster on this machine, to try things out.')
  .option('--actors <count>', 'how many actors', parseActorCount, 3)
  .option('--data <directory>', 'keep the data there; without it they are gone when the cluster stops')
  .action(async (options: ClusterOptions) => {
    const { runCluster } = await import('./cluster.ts');
    process.exitCode = await runCluster(options);
  });

runProgram(program);
