/** node spec/mutants/child.ts NAME FIRST LAST: the simulation of a mutant; prints what caught it as JSON, or null. */
import { registerHooks } from 'node:module';
import { mutate } from './mutant.ts';
import { MUTANTS } from './table.ts';

const [name, first, last] = process.argv.slice(2);
const mutant = MUTANTS.find((one) => one.name === name);
if (mutant === undefined) throw new RangeError(`there is no mutant "${name}"`);

let isBroken = false;
const url = new URL(`../../src/${mutant.file}`, import.meta.url).href;
// The source is changed on its way into the process; nothing is written.
registerHooks({
  load(loaded, context, nextLoad) {
    const result = nextLoad(loaded, context);
    if (loaded !== url) return result;
    isBroken = true;
    return { ...result, source: mutate(mutant, Buffer.from(result.source as Uint8Array).toString()) };
  },
});

const { runSeed } = await import('../simulation/run.ts');
if (!isBroken) throw new Error(`the simulation does not load src/${mutant.file}`);

let caught: { readonly invariant: string; readonly seed: number } | null = null;
for (let seed = Number(first); seed <= Number(last) && caught === null; seed += 1) {
  try {
    runSeed(seed);
  } catch (error) {
    if (!(error instanceof Error && 'invariant' in error)) throw error;
    caught = { invariant: String(error.invariant), seed };
  }
}
console.log(JSON.stringify(caught));
