import { setTimeout as pause } from 'node:timers/promises';

const LONGEST_MS = 1_024;

/**
 * Between tries of compare-and-swap: at random, and longer the more have failed. Each failed try is work for a majority,
 * too: without pauses many clients on one counter do hardly anything else.
 */
export async function backOff(failures: number): Promise<void> {
  await pause(Math.random() * Math.min(LONGEST_MS, 2 ** failures));
}
