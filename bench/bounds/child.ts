import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of this directory that says which port it listens on, and ends when nobody listens to it any more. */
export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly port: number;
}

export async function startChild(program: string): Promise<Child> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)));
  const [port] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${program} ended with ${code}`))),
  ]);
  return { process: child, pid: child.pid ?? 0, port: Number(port) };
}

export async function endChild({ process: child }: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
