/** What a process does around one actor, whatever its command line: it listens to signals, and ends. */
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import type { Settings } from './config.ts';
import { V8_FLAGS } from './limits.ts';
import { explain } from './observe/explain.ts';
import { scheduleAsBatch } from './scheduling.ts';

export function runProgram(program: Command): void {
  program.parseAsync().catch((error: unknown) => {
    console.error(`${program.name()}: ${explain(error)}`);
    process.exit(1);
  });
}

/** Returns when the actor serves; the process then ends by a signal, in order. */
export async function runNode(settings: Settings): Promise<void> {
  for (const flag of V8_FLAGS) setFlagsFromString(flag);
  // Imported late: `--help`, and the parent of a cluster, are three times as fast without the service.
  const [{ createLog }, { startNode }, notBatch] = await Promise.all([
    import('./observe/log.ts'),
    import('./node.ts'),
    settings.scheduling === 'batch' ? scheduleAsBatch() : null,
  ]);
  const log = createLog(settings.logLevel, { id: settings.id });
  if (notBatch !== null) log('debug', 'not scheduled as a batch', { reason: notBatch });
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
