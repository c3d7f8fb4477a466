import type { Mutation } from './mutations.ts';

/** The module with the mistake in it. */
export function mutate(module: string, { name, replace }: Mutation): string {
  return replace.reduce((text, [old, by]) => {
    const found = text.split(old).length - 1;
    if (found !== 1) throw new Error(`${name}: stands ${found} times in the module: ${JSON.stringify(old)}`);
    return text.replace(old, () => by);
  }, module);
}
