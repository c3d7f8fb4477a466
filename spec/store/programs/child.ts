/** Runs the programs of this directory in processes of their own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';

export type Program = 'open' | 'hold' | 'write' | 'fill' | 'block';
export type Child = ChildProcessByStdio<Writable, Readable, null>;

/** It does not outlive the test. */
export function start(t: ExecutionContext, program: Program, ...operands: string[]): Child {
  const file = fileURLToPath(new URL(`./${program}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, ...operands], { stdio: ['pipe', 'pipe', 'ignore'] });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

export function lines(child: Child): AsyncIterable<string> {
  return createInterface({ input: child.stdout });
}

export async function firstLine(child: Child): Promise<string> {
  for await (const line of lines(child)) return line;
  throw new Error('the program ended without a word');
}

export async function kill(child: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

export interface Ended {
  readonly lines: readonly string[];
  /** How it ended: an exit code or a signal. */
  readonly end: number | NodeJS.Signals | null;
}

export async function run(t: ExecutionContext, program: Program, ...operands: string[]): Promise<Ended> {
  const child = start(t, program, ...operands);
  const exited = once(child, 'exit');
  const printed: string[] = [];
  for await (const line of lines(child)) printed.push(line);
  await exited;
  return { lines: printed, end: child.signalCode ?? child.exitCode };
}
