/**
 * The command line of the challenge artifact: told nothing but the id, it finds a place for the data by itself. Bundled, it
 * is a file of the extracted folder's `lib`.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { idArgument, type Settings, settingOptions } from '../config.ts';
import { runNode, runProgram } from '../run.ts';
import { tryStore } from '../store/trial.ts';
import { choosePlace, extractionKey, places } from './place.ts';

interface Options extends Omit<Settings, 'id' | 'data'> {
  readonly data?: string;
}

const program = new Command('challenge-executable')
  .description(
    'Run one actor of Quorate, a replicated database of counters. It serves as soon as POST /config has told it, or ' +
      'another actor, who the actors are.',
  )
  .addArgument(idArgument)
  .showHelpAfterError(
    'Usage: challenge-executable <id>, where each actor has an id of its own: 1, 2, … (--help tells more)',
  )
  .addHelpText(
    'after',
    `
Without --data the data are kept beside the program, or if that does not work in
/var/tmp, /tmp, $TMPDIR, $HOME or the working directory. Each id, and each
extraction of the program, has data of its own.`,
  )
  .action(async (id: string, options: Options) => {
    await runNode({ ...options, id, data: options.data ?? (await findPlace(id)) });
  });
for (const option of settingOptions()) program.addOption(option);

async function findPlace(id: string): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const file = fileURLToPath(import.meta.url);
  const candidates = places({
    folder: dirname(dirname(file)),
    key: await extractionKey(file),
    uid,
    environment: process.env,
    cwd: workingDirectory(),
  });
  return choosePlace({ places: candidates, id, uid, attempt: tryStore });
}

function workingDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

runProgram(program);
