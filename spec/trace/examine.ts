import { existsSync } from 'node:fs';
import type { Operation } from '../history/operation.ts';
import { check, describe } from './check.ts';
import { Client } from './client.ts';
import { readTrace } from './read.ts';

/** What is wrong with the traces of a cluster, or between them and what its clients were told; empty if nothing is. */
export function examineTraces(
  files: readonly string[],
  operations: readonly Operation[],
  killed: boolean,
): string[] {
  const client = new Client(operations);
  // Who was never configured has done nothing.
  const traces = files.filter((file) => existsSync(file)).map(readTrace);
  const { violation } = check(traces, { killed, heard: (line) => client.hear(line) });
  return violation === null ? client.contradictions() : [describe(violation)];
}
