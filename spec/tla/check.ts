import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { check_spec_with_options, initSync } from 'tla-checker';

/** What tla-checker found. It tells neither how many states it generated nor how deep the state graph is: TLC does. */
export interface Verdict {
  readonly ok: boolean;
  /** Distinct states found: all that there are, if it is ok. */
  readonly distinct: number;
  /** The invariant or the property that does not hold. */
  readonly violation: string | null;
  /** The states that lead to the violation. */
  readonly trace: readonly string[];
}

interface Answer {
  readonly success: boolean;
  readonly error_type: string | null;
  readonly error_message: string | null;
  readonly states_explored: number;
  readonly trace: readonly string[] | null;
}

const LIMITS = { max_states: 200_000, max_depth: 1_000 };

const here = new URL('.', import.meta.url);
let isReady = false;

/** tla-checker takes one text: for the module that this one extends, what it defines. */
export function readModule(name: 'Quorate' | 'Replay' = 'Quorate'): string {
  const read = (file: string) => readFileSync(new URL(file, here), 'utf8');
  const defined = read('Words.tla')
    .replace(/^.*?(?=^EXTENDS)/ms, '')
    .replace(/^=+\n/m, '');
  return read(`${name}.tla`).replace('EXTENDS Words\n', () => defined);
}

export function readConfig(model: string): string {
  return readFileSync(new URL(`models/${model}.cfg`, here), 'utf8');
}

/** Before anything else is asked of tla-checker. */
export function load(): void {
  if (isReady) return;
  const wasm = import.meta.resolve('tla-checker/tla_checker_bg.wasm');
  initSync({ module: readFileSync(fileURLToPath(wasm)) });
  isReady = true;
}

/** Searches all states of the module under the config, breadth first, up to the first violation. */
export function check(module: string, config: string): Verdict {
  load();
  const options = { cfg_source: config, allow_deadlock: true, ...LIMITS };
  const answer: Answer = JSON.parse(check_spec_with_options(module, JSON.stringify(options)));
  const violation = answer.success ? null : violationOf(answer, config);
  const trace = (answer.trace ?? []).flatMap((states) => states.split(/^(?=State \d+$)/m));
  return { ok: answer.success, distinct: answer.states_explored, violation, trace };
}

/** An invariant is told by its place in the config. */
function violationOf({ error_type: type, error_message: message }: Answer, config: string): string {
  const place = /^Invariant (\d+) violated$/.exec(message ?? '')?.[1];
  const names =
    type === 'LivenessViolation' ? namesAfter('PROPERTY', config) : namesAfter('INVARIANTS', config);
  const name = type === 'LivenessViolation' ? names[0] : names[Number(place)];
  if (name === undefined) throw new Error(`tla-checker: ${type}: ${message}`);
  return name;
}

function namesAfter(keyword: string, config: string): string[] {
  const names = new RegExp(`^${keyword}\\b(.*?)^(?=[A-Z]{4,}\\b)`, 'ms').exec(config)?.[1];
  return names?.split(/\s+/).filter((name) => name !== '') ?? [];
}
