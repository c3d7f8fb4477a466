/** How the operating system gives this process its turns on the processors. */
import { execFile } from 'node:child_process';

/** Milliseconds that it may take: nothing is served before it has ended. */
const WITHIN_MS = 1_000;

/**
 * Under SCHED_BATCH (sched(7)) an actor that something arrives for does not interrupt the process that runs now: which is mostly
 * another actor, or a client, about to send more. Any user may ask for it, though only a program can: Node.js has no call for it.
 * Resolves with why that did not work, or null: without it everything works, slower under load.
 */
export function scheduleAsBatch(): Promise<string | null> {
  const flags = ['--batch', '--all-tasks', '--pid', '0', String(process.pid)];
  return new Promise((resolve) => {
    execFile('chrt', flags, { timeout: WITHIN_MS, killSignal: 'SIGKILL' }, (error) =>
      resolve(error?.message ?? null),
    );
  });
}
