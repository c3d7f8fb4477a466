/** Whether a figure has got worse, or is as it was: two runs of the same never tell the same. */
import type { Line } from '../report/line.ts';

/** By how much of the earlier figure two runs of the same code may differ. */
export const NOISE = 0.2;

/** By how much of its earlier rate a bare server differs on a machine that is no longer the same. */
const OTHER_MACHINE = 0.25;

export interface Ratio {
  readonly name: string;
  readonly value: number;
  readonly better: 'higher' | 'lower';
}

export interface Verdict {
  readonly ratio: Ratio;
  readonly isWorse: boolean;
  /** One line for a person. */
  readonly text: string;
}

/** `last`: the lines of an earlier run. */
export function compareRatios(ratios: readonly Ratio[], last: readonly Line[]): Verdict[] {
  return ratios.map((ratio) => {
    const earlier = last.find((line) => line.type === 'figure' && line.name === ratio.name);
    return earlier?.type === 'figure' ? verdictOf(ratio, earlier.value) : unknown(ratio);
  });
}

/** Of the bare servers alone: ratios to them tell little if they do not run as they did. */
export function noteOf(name: string, rate: number, earlier: number): string[] {
  const change = rate / earlier - 1;
  if (Math.abs(change) <= OTHER_MACHINE) return [];
  const text = `${name}: ${rate.toFixed(0)}/s, was ${earlier.toFixed(0)}/s (${percent(change)})`;
  return [`${text}: the machine is not as it was, so take the comparison with care`];
}

function verdictOf(ratio: Ratio, earlier: number): Verdict {
  const change = ratio.value / earlier - 1;
  const gain = ratio.better === 'higher' ? change : -change;
  const word = gain < -NOISE ? 'worse' : gain > NOISE ? 'better' : 'the same within the noise';
  const text = `${ratio.name}: ${ratio.value.toFixed(2)}, was ${earlier.toFixed(2)} (${percent(change)}): ${word}`;
  return { ratio, isWorse: gain < -NOISE, text };
}

function unknown(ratio: Ratio): Verdict {
  return { ratio, isWorse: false, text: `${ratio.name}: ${ratio.value.toFixed(2)}, was not measured before` };
}

function percent(change: number): string {
  return `${change < 0 ? '-' : '+'}${Math.abs(change * 100).toFixed(0)} %`;
}
