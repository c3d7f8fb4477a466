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
for (let strike = 0; strike < count; strike += 1) {
  const wait = start + strike * interval - now();
  if (wait > 0) Atomics.wait(cell, 0, 0, wait);
  parentPort.postMessage(strike);
}`;
/** Milliseconds in which the thread starts. */
const LEAD = 50;
/** Strikes a second at the most: to wake for each of thousands would take the processors from what is measured. */
const STRIKES = 1_000;

/** Beats at more than 1,000 a second fall due together, each millisecond those that it brought. */
export const preciseMetronome: Metronome = {
  now: () => performance.now(),
  beat(rate, seconds, due) {
    const beats = Math.round(rate * seconds);
    if (beats === 0) return Promise.resolve();
    const strikesASecond = Math.min(rate, STRIKES);
    const beatsAStrike = rate / strikesASecond;
    const count = Math.ceil(beats / beatsAStrike);
    const interval = 1_000 / strikesASecond;
    const start = performance.now() + LEAD;
    const workerData = { start: performance.timeOrigin + start, interval, count };
    const sleeper = new Worker(SLEEPER, { eval: true, workerData });
    let done = 0;
    return new Promise((resolve, reject) => {
      sleeper.on('message', (strike: number) => {
        const upTo = Math.min(beats, Math.round((strike + 1) * beatsAStrike));
        for (; done < upTo; done += 1) due(start + strike * interval);
      });
      sleeper.on('error', reject);
      sleeper.on('exit', () => resolve());
    });
  },
};
