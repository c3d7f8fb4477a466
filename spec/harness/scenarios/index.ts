import { crashes } from './crashes.ts';
import { inputs } from './inputs.ts';
import { partitions } from './partitions.ts';
import type { Scenario } from './scenario.ts';
import { sizes } from './sizes.ts';

export const scenarios: readonly Scenario[] = [...sizes, ...partitions, ...crashes, ...inputs];

export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  throw new Error(`there is no scenario ${name}; there are ${scenarios.map((one) => one.name).join(', ')}`);
}
