/** The tables of README.md, but for the spaces in them and for the times. */
import { readConfig } from './check.ts';
import { models } from './models.ts';
import { mutations } from './mutations.ts';

/** Constants that most models have. */
export const USUAL: Readonly<Record<string, string>> = {
  Actors: '{1, 2, 3}',
  Proposers: '{1}',
  Origins: '{1}',
  Readers: '{}',
  Answering: '{}',
  Learners: '{}',
  Crashing: '{}',
  Connected: '{1, 2, 3}',
  MaxRound: '1',
  MaxSlot: '1',
  MaxIncrements: '1',
  MaxCrashes: '0',
  ReadsAfter: '0',
  MayRecord: 'FALSE',
  IsLazy: 'FALSE',
};

export function constantsOf(model: string): Record<string, string> {
  const pairs = readConfig(model).matchAll(/^ {2}(\w+) = (.*)$/gm);
  return Object.fromEntries([...pairs].map(([, name, value]) => [name, value]));
}

/** The first line of its config. */
function subjectOf(model: string): string {
  return /^\\\* (.*)\.$/m.exec(readConfig(model))?.[1] ?? '';
}

export function modelRows(): string[] {
  return Object.entries(models).map(([name, { distinct, generated, depth }]) => {
    const unusual = Object.entries(constantsOf(name)).filter(
      ([constant, value]) => USUAL[constant] !== value,
    );
    const constants = unusual.map(([constant, value]) => `${constant} = ${value}`).join(', ');
    const numbers = [distinct, generated, depth].map((count) => count.toLocaleString('en'));
    return row([name, subjectOf(name), constants, ...numbers]);
  });
}

export function mutationRows(): string[] {
  return mutations.map(({ name, model, caughtBy }) => row([name, model, caughtBy]));
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`.replaceAll(/ +/g, ' ');
}
