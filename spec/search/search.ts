import { InvariantViolation } from '../history/operation.ts';
import type { Configuration } from './configuration.ts';
import type { Roles } from './shipped.ts';
import { type Action, SearchedWorld, type State } from './world.ts';

export interface SearchReport {
  /** Distinct states. */
  readonly states: number;
  /** Steps that lead to a state, known or not. */
  readonly steps: number;
  /** Things that happened on the longest shortest path. */
  readonly depth: number;
  /** Whether there is nothing beyond that depth. */
  readonly isExhaustive: boolean;
  /** Distinct states of single actors. */
  readonly locals: number;
  /** A shortest way to break an invariant; null if there is none. */
  readonly counterexample: { readonly actions: readonly string[]; readonly broken: string } | null;
}

/** What led to each state: its predecessor, and the action there. */
interface Found {
  readonly parents: number[];
  readonly actions: number[];
}

type Visit = (world: SearchedWorld, state: State) => void;

/** Breadth first, so that the first violation met is a shortest. Each state is visited once. */
export function search(
  configuration: Configuration,
  roles: Roles,
  visit: Visit = () => undefined,
): SearchReport {
  const world = new SearchedWorld(configuration, roles);
  const root = begin(world);
  const seen = new Set([world.keyOf(root)]);
  const found: Found = { parents: [-1], actions: [-1] };
  let level: { readonly state: State; readonly number: number }[] = [{ state: root, number: 0 }];
  let [steps, depth] = [0, 0];
  const report = (isExhaustive: boolean, counterexample: SearchReport['counterexample'] = null) => ({
    states: seen.size,
    steps,
    depth,
    isExhaustive,
    locals: world.localStates,
    counterexample,
  });
  visit(world, root);
  while (depth < configuration.depth) {
    const deeper: typeof level = [];
    for (const { state, number } of level) {
      for (const [index, action] of world.actions(state).entries()) {
        const next = attempt(world, state, action);
        if (next instanceof InvariantViolation) {
          const actions = [...pathTo(world, root, found, number), world.wordsOf(action)];
          return report(false, { actions, broken: next.message });
        }
        if (next === null) continue;
        steps += 1;
        const key = world.keyOf(next);
        if (seen.size === seen.add(key).size) continue;
        visit(world, next);
        found.parents.push(number);
        deeper.push({ state: next, number: found.actions.push(index) - 1 });
      }
    }
    if (deeper.length === 0) return report(true);
    level = deeper;
    depth += 1;
  }
  return report(false);
}

function attempt(world: SearchedWorld, state: State, action: Action): State | InvariantViolation | null {
  try {
    return world.take(state, action);
  } catch (error) {
    if (error instanceof InvariantViolation) return error;
    throw error;
  }
}

function pathTo(world: SearchedWorld, root: State, { parents, actions }: Found, number: number): string[] {
  const indices: number[] = [];
  for (let at = number; at > 0; at = parents[at] ?? 0) indices.unshift(actions[at] ?? 0);
  let state = root;
  return indices.map((index) => {
    const action = world.actions(state)[index];
    const next = action && world.take(state, action);
    if (!action || !next) throw new Error('the path to a state does not lead there');
    state = next;
    return world.wordsOf(action);
  });
}

/** Where the search begins: after the first operations, a calm in which all that comes of them happens, and the script. */
function begin(world: SearchedWorld): State {
  const { before, script } = world.configuration;
  let state = world.first();
  for (let request = 0; request < before; request += 1) {
    let action: Action | null = world.asking(request);
    for (; action !== null; action = world.calming(state)) {
      const { takes } = action;
      // A message that nothing comes of is taken away all the same.
      const next: State | null = world.take(state, action);
      state = next ?? { ...state, flying: state.flying.filter((one) => one !== takes) };
    }
  }
  return script.reduce((at, words) => {
    const action = world.actions(at).find((one) => world.wordsOf(one) === words);
    const next = action && world.take(at, action);
    if (!next) throw new RangeError(`cannot happen: ${words}`);
    return next;
  }, state);
}
