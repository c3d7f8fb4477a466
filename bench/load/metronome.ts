import { Worker } from 'node:worker_threads';

export interface Metronome {
  /** Milliseconds. */
  now(): number;
  /** Calls `due` `rate` times a second for `seconds`, each time with when that should be. */
  beat(rate: number, seconds: number, due: (intended: number) => void): Promise<void>;
}

/** Timers of Node.js come up to a millisecond late, which is more than an increment takes: a thread sleeps exactly. */
const SLEEPER = `
const { parentPort, workerData: { start, interval, count } } = require('node:worker_threads');
const cell = new Int32Array(new SharedArrayBuffer(4));
const now = () => performance.timeOrigin + performance.now();
for (let beat = 0; beat < count; beat += 1) {
  const wait = start + beat * interval - now();
  if (wait > 0) Atomics.wait(cell, 0, 0, wait);
  parentPort.postMessage(beat);
}`;
/** Milliseconds in which the thread starts. */
const LEAD = 50;

export const preciseMetronome: Metronome = {
  now: () => performance.now(),
  beat(rate, seconds, due) {
    const count = Math.round(rate * seconds);
    if (count === 0) return Promise.resolve();
    const start = performance.now() + LEAD;
    const interval = 1_000 / rate;
    const workerData = { start: performance.timeOrigin + start, interval, count };
    const sleeper = new Worker(SLEEPER, { eval: true, workerData });
    return new Promise((resolve, reject) => {
      sleeper.on('message', (beat: number) => due(start + beat * interval));
      sleeper.on('error', reject);
      sleeper.on('exit', () => resolve());
    });
  },
};
